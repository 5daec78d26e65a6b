// SPDX-License-Identifier: GPL-2.0

//! expect: E0382
//!
//! The examples of the other sections of the README, with a call that is used after it was waited for.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    deferred::{
        Outcome,
        Policy,
        Work, //
    },
    irq_work::{
        self,
        Hard, //
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
};
use kernel::{
    cpu::CpuId,
    cpumask::Cpumask,
    prelude::*, //
};

fn note_that(_cpu: CpuId) {}

pub fn irq_work(cpu: CpuId, task: TaskContext) -> Result {
    let work = irq_work::new::<Hard, _>(|cx| note_that(cx.cpu()), GFP_KERNEL)?;
    work.clone().queue()?; // from any context, NMI included; Ok(false): it was pending, and will see what we wrote
    work.queue_on(cpu, &task)?; // not from NMI: an `InNmi` here does not compile
    work.sync(&task); // no callback runs that was queued before; irq_work_sync() may return early
    drop(work); // in any context: dropped by a workqueue, a grace period after the last run
    Ok(())
}

fn drain_queue_of(cpu: CpuId) -> u32 {
    cpu.as_u32()
}

pub fn many(cpus: &Cpumask, task: TaskContext) -> Result {
    let mut in_flight = many::new(|cx| drain_queue_of(cx.cpu()), GFP_KERNEL)?.call(cpus)?; // returns at once
    while let Some((_cpu, _result)) = in_flight.wait_any(&task) { /* as they come */ }
    let done = in_flight.wait(&task); // all have returned; a CPU that was offline has ENXIO for a result
    let in_flight = done.into_idle().call_all_but_self()?; // the same csds, no allocation
    drop(in_flight);
    drop(done);
    Ok(())
}

pub fn shared(cpu: CpuId, task: TaskContext) -> Result {
    let mut published = 0; // no lock: runs of a serial call never overlap
    let bell = shared::serial(move |cx| published += cx.attempts(), GFP_KERNEL)?;
    match bell.fire(cpu, &task)? {
        // any number of CPUs, at any time
        Fired::Queued => (), // on its way
        Fired::Busy => (), // another one's is: the run still to come sees all that we wrote before
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
        Outcome::Deferred => (), // it runs when that CPU enters the kernel, before anything else does
        Outcome::Sent => (),     // it was in the kernel: an IPI is on its way
        Outcome::AlreadyPending => (), // the run to come sees what we wrote before
        _ => return Err(EINVAL), // and more
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
    submit.call(cx, &request); // in interrupts, on all CPUs
    let old = submit.replace(failing, GracePeriod::Expedited, &task); // no CPU is in `gpu.write()` any more
    drop(old);
    Ok(())
}
