// SPDX-License-Identifier: GPL-2.0

//# example: E0382
//! The example of the README: a call in flight must not be queued again.
//! pass: The example of the README without the line that does not compile.
use crosscall::{
    context::TaskContext,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn ask(cpu: CpuId, other: CpuId) -> Result<CpuId> {
    let task = TaskContext::new(); // we may sleep: the right to wait
    let idle = csd::new(|cx| cx.cpu(), GFP_KERNEL)?; // the one allocation
    let in_flight = idle.call_on(cpu)?; // returns at once

    // ... both CPUs work ...

    idle.call_on(other)?; // does not compile: the call is in flight //[fail]
    let (idle, ran_on) = in_flight.wait(&task); // the callback has returned
    let (_idle, _) = idle.call_on(other)?.wait(&task); // fine: handed back
    Ok(ran_on)
}

//# sections: E0382
//! The examples of the other sections of the README, and a call that is used
//! when it was given up.
//! pass: The examples of the other sections of the README.
use crosscall::{
    calls::{
        deferred::{
            Outcome,
            Policy,
            Work, //
        },
        many,
        quiesce::{
            Callback,
            GracePeriod,
            Handler,
            Quiesced, //
        },
        shared::{
            self,
            Fired, //
        },
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    irq_work::{
        self,
        Hard, //
    },
};
use kernel::{
    cpu::CpuId,
    cpumask::Cpumask,
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    }, //
};

fn note_that(_cpu: CpuId) {}

pub fn irq_work(cpu: CpuId, task: TaskContext) -> Result {
    let work = irq_work::new::<Hard, _>(|cx| note_that(cx.cpu()), GFP_KERNEL)?;
    work.clone().queue()?;
    work.queue_on(cpu, &task)?;
    work.sync(&task);
    drop(work);
    Ok(())
}

fn drain_queue_of(cpu: CpuId) -> u32 {
    cpu.as_u32()
}

pub fn many(cpus: &Cpumask, task: TaskContext) -> Result {
    let mut in_flight = many::new(|cx| drain_queue_of(cx.cpu()), GFP_KERNEL)?.call(cpus)?;
    while let Some((_cpu, _result)) = in_flight.wait_any(&task) { /* as they come */ }
    let done = in_flight.wait(&task);
    let in_flight = done.into_idle().call_all_but_self()?;
    drop(in_flight);

    let sum = Atomic::<u32>::new(0);
    many::call_all(&task, |cx| _ = sum.fetch_add(cx.cpu().as_u32(), Relaxed))?;
    drop(done); //[fail]
    Ok(())
}

pub fn shared(cpu: CpuId, task: TaskContext) -> Result {
    let mut published = 0;
    let bell = shared::serial(move |cx| published += cx.attempts(), GFP_KERNEL)?;
    match bell.fire(cpu, &task)? {
        // any number of CPUs, at any time
        Fired::Queued => (),
        Fired::Busy => (),
    }
    Ok(())
}

fn drop_cached_state_of(_cpu: CpuId) {}

pub fn deferred(cpu: CpuId) -> Result {
    let work = Work::new(
        |cx: &IrqsOff| drop_cached_state_of(cx.cpu()),
        Policy::Defer,
        GFP_KERNEL,
    )?;
    match work.queue_on(cpu) {
        Outcome::Deferred => (),
        Outcome::Sent => (),
        Outcome::AlreadyPending => (),
        _ => return Err(EINVAL),
    }
    Ok(())
}

pub struct Gpu;

impl Gpu {
    fn write(&self, _request: &u32, _cx: &IrqsOff) {}
}

pub fn quiesce(gpu: Gpu, failing: Quiesced<Callback<u32>>, cx: &IrqsOff, request: u32) -> Result {
    let task = TaskContext::new();
    let submit = Handler::new(Callback::new(
        move |cx, request| gpu.write(request, cx),
        GFP_KERNEL,
    )?);
    submit.call(cx, &request);
    let old = submit.replace(failing, GracePeriod::Expedited, &task);
    drop(old);
    Ok(())
}
