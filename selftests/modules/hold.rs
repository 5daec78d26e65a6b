// SPDX-License-Identifier: GPL-2.0

//! Flags and counters that callbacks share with tests, and CPUs that are held with interrupts off.

#![allow(dead_code, reason = "no test needs all of it")]

use crosscall::{
    context::IrqsOff,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc, //
    },
};

use super::support::*;

pub(crate) type Flag = Arc<Atomic<bool>>;
pub(crate) type Count = Arc<Atomic<u32>>;

pub(crate) fn flag() -> Result<Flag> {
    Ok(Arc::new(Atomic::<bool>::new(false), GFP_KERNEL)?)
}

pub(crate) fn count() -> Result<Count> {
    Ok(Arc::new(Atomic::new(0), GFP_KERNEL)?)
}

/// Keeps `cpu` busy with interrupts off until the flag is set; see [`hold_until`].
pub(crate) fn hold(cpu: CpuId) -> Result<(csd::InFlight<impl csd::CsdPointer>, Flag)> {
    let open = flag()?;
    let gate = open.clone();
    let idle = csd::new(
        move |_: &IrqsOff| hold_until(|| gate.load(Relaxed)),
        GFP_KERNEL,
    )?;
    let in_flight = idle.call_on(cpu)?;
    started("what holds the CPU", || in_flight.stall().started)?;
    Ok((in_flight, open))
}
