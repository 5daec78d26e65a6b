// SPDX-License-Identifier: GPL-2.0

//! It comes from queueing.

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
    Ok(idle.call_on(cpu)?)
}
