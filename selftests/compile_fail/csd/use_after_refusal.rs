// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! Whether a call was refused, so that it may be queued elsewhere, is known
//! from the result of `call_on()` only.
//! pass: A refusal gives the right to queue back.

include!("common/names.rs");

pub fn queue<P: CsdPointer>(idle: Idle<P>, one: CpuId, other: CpuId) -> Result<InFlight<P>> {
    match idle.call_on(one) {
        Ok(in_flight) => Ok(in_flight),
        Err(_refused) => Ok(idle.call_on(other)?), //[fail]
        Err(refused) => Ok(refused.token.call_on(other)?), //[pass]
    }
}
