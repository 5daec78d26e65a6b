// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# borrows: E0597
//! expect-text: `counter` does not live long enough
//! A CPU may stay in user mode for longer than any stack frame lives, and a
//! work can be leaked.
//! pass: A work owns what it uses, or shares it by a counted reference.
pub fn count() -> Result {
    let counter = Atomic::<u32>::new(0);
    let shared = &counter; //[fail]
    let count = |_: &IrqsOff| shared.add(1, Relaxed); //[fail]
    let shared = counter; //[pass]
    let count = move |_: &IrqsOff| shared.add(1, Relaxed); //[pass]
    drop(Work::new(count, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}

//# mutates: E0525
//! expect-text: this closure implements `FnMut`, not `Fn`
//! Two CPUs may run the work at once: none of them has it for itself.
//! pass: With an atomic they may share it.
pub fn count() -> Result {
    let mut count = 0; //[fail]
    let callback = move |_: &IrqsOff| count += 1; //[fail]
    let count = Atomic::<u32>::new(0); //[pass]
    let callback = move |_: &IrqsOff| count.add(1, Relaxed); //[pass]
    let work = Work::new(callback, Policy::Defer, GFP_KERNEL)?;
    drop(work);
    Ok(())
}

//# not_sync: E0277
//! expect-text: cannot be shared between threads safely
//! A work may run on several CPUs at once: what they share must be `Sync`.
//! pass: It is.
pub fn register(callback: impl Fn(&IrqsOff) + Send + 'static) -> Result { //[fail]
pub fn register(callback: impl Fn(&IrqsOff) + Send + Sync + 'static) -> Result { //[pass]
    drop(Work::new(callback, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}

//# context_escapes: E0521
//! expect-text: `cx` escapes the method body here
//! The context ends with the callback.
//! pass: It can be handed down.
pub struct Escape;

impl Escape {
    fn keep(_: &'static IrqsOff) {} //[fail]
    fn keep(_: &IrqsOff) {} //[pass]
}

impl Deferred for Escape {
    fn run(&self, cx: &IrqsOff) {
        Self::keep(cx);
    }
}

//# flush_in_callback: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! A callback that waits for a work would wait with interrupts off, maybe for
//! itself: it cannot capture the right to sleep.
//! pass: It may cancel another work, which never waits.
pub fn nest<T: Deferred>(other: Work<T>, task: TaskContext) -> Result {
    let callback = move |_: &IrqsOff| other.flush_all(&task); //[fail]
    let callback = move |cx: &IrqsOff| _ = other.cancel_on(cx.cpu()); //[pass]
    drop(Work::new(callback, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}

//# internals_private: E0603
//! expect-text: module `state` is private
//! The words of a CPU are changed by the protocol alone.
//! pass: What clients need is not.
use crosscall::calls::deferred::state::Cpu as Name; //[fail]
use crosscall::calls::deferred::Outcome as Name; //[pass]

//# outcome_ignored: unused_must_use
//! expect-text: unused `Outcome` that must be used
//! The CPU may be offline, and then nothing will run.
//! pass: The caller looks at it.
pub fn queue<T: Deferred>(work: &Work<T>, cpu: CpuId) -> bool {
    work.queue_on(cpu); //[fail]
    true //[fail]
    let outcome = work.queue_on(cpu); //[pass]
    outcome.is_accepted() //[pass]
}

//# unregistered_by_borrower: E0507
//! expect-text: cannot move out of `*work` which is behind a shared reference
//! Only the owner can end a work: borrowers may be about to queue it.
//! pass: A borrower may revoke what is pending.
pub fn end<T: Deferred>(work: &Work<T>, task: &TaskContext) {
    drop(work.unregister(task, |_| ())); //[fail]
    work.cancel(|_| ()); //[pass]
}

//# used_after_unregister: E0382
//! expect-text: borrow of moved value: `work`
//! A work that is unregistered has no bit any more.
//! pass: Before that it may be queued.
pub fn end<T: Deferred>(work: Work<T>, task: &TaskContext, cpu: CpuId) -> Outcome {
    let outcome = work.queue_on(cpu); //[pass]
    drop(work.unregister(task, |_| ()));
    work.queue_on(cpu) //[fail]
    outcome //[pass]
}

//# work_in_device: E0277
//! A device that keeps a work which knows it is no more `Send` than the rest of
//! it.
//! pass: A work knows its device, which keeps the work.
#[pin_data]
pub struct Device {
    #[pin]
    work: Mutex<Option<Work<Flush<Device>>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

pub struct Flush<D: Send + Sync>(pub Arc<D>);

impl<D: Send + Sync + 'static> Deferred for Flush<D> {
    fn run(&self, _cx: &IrqsOff) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
