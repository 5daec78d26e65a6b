// SPDX-License-Identifier: GPL-2.0

//! Queues works on a CPU, from hard interrupts and from NMIs, and waits for each.
//!
//! The script that loads this knows whether that CPU has a tick, and counts its interrupts.

use crosscall::irq_work::{
    self,
    Lazy,
    Mode,
    Normal, //
};
use kernel::{
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    }, //
};

mod in_context;
mod support;
use in_context::*;
use support::*;

module! {
    type: Module,
    name: "irq_work_lazy",
    authors: ["crosscall developers"],
    description: "Queues lazy irq_works on a CPU with or without a tick",
    license: "GPL v2",
    params: {
        cpu: i32 {
            default: 1,
            description: "The CPU",
        },
        lazy: u32 {
            default: 1,
            description: "Whether the works are lazy (0 or 1)",
        },
        times: u32 {
            default: 50,
            description: "How many works (1 to 100000)",
        },
    },
}

fn all_ran<M: Mode>() -> Result {
    let cpu = cpu_or_last("cpu", param(module_parameters::cpu.value()))?;
    let times = param(module_parameters::times.value());
    let ran = kernel::sync::Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
    let its = ran.clone();
    let work = irq_work::new::<M, _>(
        move |_| {
            its.fetch_add(1, Relaxed);
        },
        GFP_KERNEL,
    )?;
    for n in 0..times {
        let context = [Context::Hardirq, Context::Nmi][n as usize % 2];
        let mut queued = Err(EIO);
        run_in(context, cpu, || queued = work.queue())?;
        check!(queued == Ok(true));
        sleep_until(|| ran.load(Relaxed) == n + 1)?;
        // What ran there may have started the tick, which is to stop again.
        sleep_ms(10);
    }
    Ok(())
}

struct Module;

impl kernel::Module for Module {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let lazy = number_param("lazy", param(module_parameters::lazy.value()), 0, 1)?;
        number_param("times", param(module_parameters::times.value()), 1, 100_000)?;
        cpu_or_last("cpu", param(module_parameters::cpu.value()))?;
        let (name, result) = if lazy != 0 {
            ("lazy_works_run", all_ran::<Lazy>())
        } else {
            ("normal_works_run", all_ran::<Normal>())
        };
        Report::new(1).result(name, result);
        Ok(Self)
    }
}
