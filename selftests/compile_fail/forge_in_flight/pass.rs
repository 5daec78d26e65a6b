// SPDX-License-Identifier: GPL-2.0

//! It comes from queueing.

use core::marker::PhantomData;
use crosscall::csd::{
    CsdPointer,
    Idle,
    InFlight, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn forge<P: CsdPointer>(idle: Idle<P>, cpu: CpuId) -> Result<InFlight<P>> {
    Ok(idle.call_on(cpu)?)
}
