// SPDX-License-Identifier: GPL-2.0

//! What `context_rules.rs` calls, by sets of functions.

use kernel::{
    cpu::CpuId,
    cpumask::{
        Cpumask,
        CpumaskVar, //
    },
    prelude::*, //
};

mod any;
mod csd;
mod deferred;
mod irq_work;
mod many;
mod quiesce;
mod shared;

pub(crate) use self::{
    any::*,
    csd::*,
    deferred::*,
    irq_work::*,
    many::*,
    quiesce::*,
    shared::*, //
};

/// A set of CPUs.
struct Mask(CpumaskVar);

// SAFETY: It is only looked at once it has been made.
unsafe impl Sync for Mask {}

impl Mask {
    fn new(cpus: &[CpuId]) -> Result<Self> {
        let mut mask = CpumaskVar::new_zero(GFP_KERNEL)?;
        for &cpu in cpus {
            mask.set(cpu);
        }
        Ok(Self(mask))
    }

    fn get(&self) -> &Cpumask {
        &self.0
    }
}
