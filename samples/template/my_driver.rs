// SPDX-License-Identifier: GPL-2.0

//! Calls each CPU, and runs code in interrupt context.

use crosscall::{
    context::TaskContext,
    csd,
    irq_work::{
        self,
        Hard, //
    },
};
use kernel::{
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc, //
    },
};

module! {
    type: Driver,
    name: "my_driver",
    authors: ["your name"],
    description: "Calls each CPU, and runs code in interrupt context",
    license: "GPL",
}

/// Runs a closure on `cpu`, with interrupts off there, and returns its result.
fn ask(cpu: CpuId, task: &TaskContext) -> Result<CpuId> {
    let idle = csd::new(|cx| cx.cpu(), GFP_KERNEL)?; // the one allocation
    let in_flight = idle.call_on(cpu)?; // returns at once

    // ... both CPUs work ...

    let (_idle, ran_on) = in_flight.wait(task); // the callback has returned
    Ok(ran_on)
}

/// Queues a work, which any context may do, and waits until it has run.
fn note(task: &TaskContext) -> Result<u32> {
    let runs = Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
    let seen = runs.clone();
    let work = irq_work::new::<Hard, _>(move |_cx| _ = seen.fetch_add(1, Relaxed), GFP_KERNEL)?;
    work.queue()?;
    work.sync(task);
    Ok(runs.load(Relaxed))
}

struct Driver;

impl kernel::Module for Driver {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let task = TaskContext::new(); // we may sleep: the right to wait

        for cpu in (0..nr_cpu_ids()).filter_map(CpuId::from_u32) {
            match ask(cpu, &task) {
                Ok(ran_on) => pr_info!("CPU {} answered\n", ran_on.as_u32()),
                Err(ENXIO) => pr_info!("CPU {} is offline\n", cpu.as_u32()),
                Err(error) => return Err(error),
            }
        }
        pr_info!("the work ran {} time(s)\n", note(&task)?);
        Ok(Self)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        pr_info!("is going\n");
    }
}
