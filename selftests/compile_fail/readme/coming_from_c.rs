// SPDX-License-Identifier: GPL-2.0

use crosscall::{
    calls::shared::{
        self,
        Fired, //
    },
    context::TaskContext,
    csd::{
        self,
        IdleCallback, //
    },
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
        Arc,
        Mutex, //
    },
};

pub fn complete_some(_count: u32) {}

pub fn read_register(_number: u32) -> u32 {
    0
}

//# flag: E0594
//! Runs of a call that any CPU may fire may overlap, unless the call is serial.
//! pass: A serial call, whose closure may write to what it captures.
pub fn flag(cpu: CpuId, task: &TaskContext) -> Result {
    let mut kicks = 0;
    let kick = shared::new(move |_cx| kicks += 1, GFP_KERNEL)?; //[fail]
    let kick = shared::serial(move |cx| kicks += cx.attempts(), GFP_KERNEL)?; //[pass]
    match kick.fire(cpu, task)? {
        Fired::Queued => (), // it runs soon
        Fired::Busy => (),   // it has yet to run, and will see what we wrote
    }
    Ok(())
}

//# list: E0597
//! A callback must own what it uses, or share it.
//! pass: A counter that the callback shares.
pub fn list(cpu: CpuId, task: &TaskContext) -> Result {
    let done = Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
    let seen = &*done; //[fail]
    let seen = done.clone(); //[pass]
    let bell = shared::serial(move |_cx| complete_some(seen.xchg(0, Relaxed)), GFP_KERNEL)?;

    done.fetch_add(1, Relaxed); // on any CPU, at any time
    bell.fire(cpu, task)?; // Queued or Busy: a run to come sees it
    Ok(())
}

//# lock: E0507
//! A call cannot be made through a reference to its token.
//! pass: The lock's owner takes the token out, and puts it back.
pub fn lock(
    slot: &Mutex<Option<IdleCallback<(), u32>>>,
    cpu: CpuId,
    task: &TaskContext,
) -> Result<u32> {
    let idle = *slot.lock().as_ref().ok_or(EBUSY)?; //[fail]
    let idle = slot.lock().take().ok_or(EBUSY)?; // another CPU's is in flight //[pass]
    match idle.call_on(cpu) {
        Ok(in_flight) => {
            let (idle, answer) = in_flight.wait(task);
            *slot.lock() = Some(idle);
            Ok(answer)
        }
        Err(refused) => {
            *slot.lock() = Some(refused.token);
            Err(refused.error)
        }
    }
}

//# stack: E0597
//! A call that may outlive the caller's frame must not borrow from it.
//! pass: One that ends before the frame.
pub fn stack(cpu: CpuId, task: &TaskContext) -> Result<u32> {
    let number = 7;
    let register = &number;
    drop(csd::new(|_cx| read_register(*register), GFP_KERNEL)?.call_on(cpu)?); //[fail]
    let value = csd::call(task, cpu, |_cx| read_register(*register))?;
    Ok(value)
}

//# ignored: unused_must_use
//! The error of a call that was not queued must not be ignored.
//! pass: The error has the right to call.
pub fn ignored(idle: IdleCallback<(), u32>, cpu: CpuId, other: CpuId) -> Result {
    idle.call_on(cpu); //[fail]
    let in_flight = match idle.call_on(cpu) { //[pass]
        Ok(in_flight) => in_flight, //[pass]
        Err(refused) => refused.token.call_on(other)?, // ENXIO: CPU offline //[pass]
    }; //[pass]
    Ok(())
}

//# free: E0597
//! A work may run after the function that queued it has returned.
//! pass: The work shares what it uses.
pub fn free() -> Result {
    let events = Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
    let seen = &*events; //[fail]
    let seen = events.clone(); //[pass]
    let work = irq_work::new::<Hard, _>(move |_cx| _ = seen.fetch_add(1, Relaxed), GFP_KERNEL)?;
    work.queue()?;
    drop(work); // it runs all the same, and is freed after that
    Ok(())
}
