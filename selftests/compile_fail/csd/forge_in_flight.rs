// SPDX-License-Identifier: GPL-2.0
//! expect: E0451 uncoded
//! expect-text: of struct `crosscall::csd::InFlight` is private
//! A right to wait for a call that is not in flight would read a result that
//! was never written: no client can make one.
//! pass: It comes from queueing.

include!("common/names.rs");

/// A value for a field whose type cannot be named.
pub fn conjure<T>() -> T {
    loop {}
}

pub fn forge<P: CsdPointer>(idle: Idle<P>, cpu: CpuId) -> Result<InFlight<P>> {
    Ok(InFlight { //[fail]
        object: conjure(), //[fail]
        _owns: conjure(), //[fail]
    }) //[fail]
    Ok(idle.call_on(cpu)?) //[pass]
}
