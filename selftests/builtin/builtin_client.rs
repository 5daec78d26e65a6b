// SPDX-License-Identifier: GPL-2.0

//! A client in the kernel itself: makes each kind of call, and waits for it. Their lockdep keys are
//! those of vmlinux.

use crosscall::{
    calls::{
        deferred::{
            Policy,
            Work, //
        },
        many,
        shared, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd,
    irq_work::{
        self,
        Hard, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        static_lock_class, //
    },
};

module! {
    type: BuiltinClient,
    name: "builtin_client",
    authors: ["crosscall developers"],
    description: "A client of crosscall in the kernel",
    license: "GPL v2",
}

static RUNS: Atomic<u32> = Atomic::new(0);

/// The callbacks differ, so that each has a class.
fn ran(amount: u32) {
    RUNS.fetch_add(amount, Relaxed);
}

fn call_with_each_form(task: &TaskContext, cpu: CpuId) -> Result {
    let idle = csd::new(|_| ran(1), GFP_KERNEL)?;
    let (idle, ()) = idle.call_on(cpu)?.wait(task);
    let idle = idle.with_lock_class(static_lock_class!());
    drop(idle.call_on(cpu)?.wait(task));
    csd::call(task, cpu, |_| ran(10))?;

    let each = many::new(|_: &IrqsOff| ran(0), GFP_KERNEL)?;
    drop(each.call_all()?.wait(task));

    let work = irq_work::new::<Hard, _>(|_| ran(100), GFP_KERNEL)?;
    work.queue_on(cpu, task)?;
    work.sync(task);
    let work = irq_work::exclusive::new::<Hard, _>(|_| ran(1000), GFP_KERNEL)?;
    drop(work.queue_on(cpu, task)?.wait(task));

    let bell = shared::serial(|_| ran(10_000), GFP_KERNEL)?;
    bell.fire(cpu, task)?;
    bell.sync(task);

    let work = Work::new(|_: &IrqsOff| ran(100_000), Policy::Never, GFP_KERNEL)
        .map_err(|refused| refused.error)?;
    _ = work.queue_on(cpu);
    work.flush(cpu, task);
    Ok(())
}

struct BuiltinClient;

impl kernel::Module for BuiltinClient {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let other = CpuId::from_u32(1).ok_or(EINVAL)?;
        let result = call_with_each_form(&TaskContext::new(), other);
        pr_info!("{result:?}, runs {}\n", RUNS.load(Relaxed));
        Ok(Self)
    }
}
