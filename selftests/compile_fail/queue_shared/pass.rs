// SPDX-License-Identifier: GPL-2.0

//! Whoever queues owns the right.

use crosscall::csd::{
    CsdPointer,
    Idle,
    InFlight, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn queue<P: CsdPointer>(idle: Idle<P>, cpu: CpuId) -> Result<InFlight<P>> {
    Ok(idle.call_on(cpu)?)
}
