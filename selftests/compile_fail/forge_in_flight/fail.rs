// SPDX-License-Identifier: GPL-2.0

//! expect: E0451 uncoded
//! expect-text: of struct `crosscall::csd::InFlight` is private
//!
//! A right to wait for a call that is not in flight would read a result that was never written: no
//! client can make one.

use crosscall::csd::{
    CsdPointer,
    Idle,
    InFlight, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

/// A value for a field whose type cannot be named.
pub fn conjure<T>() -> T {
    loop {}
}

pub fn forge<P: CsdPointer>(idle: Idle<P>, cpu: CpuId) -> Result<InFlight<P>> {
    Ok(InFlight {
        object: conjure(),
        _owns: conjure(),
    })
}
