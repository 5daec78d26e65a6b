// SPDX-License-Identifier: GPL-2.0

//# example: E0382
//! The example of README.md: a call in flight must not be queued again.
//! expect-text: use of moved value: `idle`
//! expect-text: `idle` moved due to this method call
//! expect-text: value used here after move
//! pass: The example of README.md without the line that does not compile.
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
//! The examples of Documentation/choosing.rst, and a call that is used
//! when it was given up.
//! pass: The examples of Documentation/choosing.rst and quiesce.rst.
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
    fn reset(&self) {}
}

pub fn quiesce(
    gpu: &'static Gpu,
    failing: Quiesced<Callback<u32>>,
    cx: &IrqsOff,
    request: u32,
) -> Result {
    let task = TaskContext::new();
    let submit = Handler::new(Callback::new(
        move |cx, request| gpu.write(request, cx),
        GFP_KERNEL,
    )?);
    submit.call(cx, &request);
    let working = submit.replace(failing, GracePeriod::Expedited, &task);
    gpu.reset();
    drop(submit.replace(working, GracePeriod::Normal, &task));
    Ok(())
}

//# tutorial: E0382
//! The example of Documentation/tutorial.rst that the template has not.
//! pass: Without a call by a token that is gone.
use crosscall::{
    calls::many,
    context::TaskContext, //
};
use kernel::prelude::*;

fn read_register(_number: u32) -> u32 {
    0
}

pub fn ask_all(task: TaskContext) -> Result<u32> {
    let idle = many::new(|cx| read_register(cx.cpu().as_u32()), GFP_KERNEL)?;
    let done = idle.call_all()?.wait(&task);
    let mut sum = 0;
    for (_cpu, answer) in &done {
        sum += answer.copied().unwrap_or(0);
    }
    drop(idle.call_all()?); //[fail]
    Ok(sum)
}
