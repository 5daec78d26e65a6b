// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# scope_escapes: E0521
//! A scoped work that is queued after the end of its scope is not there.
//! pass: In the scope it may be handed on.
pub fn escape(task: &TaskContext) {
    let mut kept = None; //[fail]
    irq_work::scope(
        task,
        |_: &Context<Hard>| (),
        |work| {
            let mut kept = None; //[pass]
            _ = kept.insert(work);
        },
    );
}

//# scope_in_callback: E0308
//! The end of a scope waits: a callback cannot make one.
//! pass: A task can.
pub fn scoped(cx: &IrqsOff, task: &TaskContext) {
    let ring = |_: &Context<Hard>| ();
    irq_work::scope(cx, ring, |_| ()); //[fail]
    irq_work::scope(task, ring, |_| ()); //[pass]
}

//# scope_in_own_callback: E0521
//! A callback that had a work of an inner scope could queue it when that has
//! ended.
//! pass: The body may queue it.
pub fn chain(task: &TaskContext) {
    let other = SetOnce::<&Scoped<Hard, fn(&Context<Hard>)>>::new();
    let ring = |_: &Context<Hard>| {
        _ = other.as_ref().map(|other| other.queue());
    };
    irq_work::scope(task, ring, |_| {
        let inner: fn(&Context<Hard>) = |_| ();
        irq_work::scope(task, inner, |inner| {
            other.populate(inner); //[fail]
            _ = inner.queue(); //[pass]
        });
    });
}

//# scope_in_unscoped_work: E0521
//! An unscoped work would keep a scoped one for longer than that is there.
//! pass: A scoped work in the same scope may queue it.
pub fn escape(task: &TaskContext) {
    irq_work::scope(
        task,
        |_: &Context<Hard>| (),
        |work| {
            let ring = move |_: &Context<Hard>| _ = work.queue();
            drop(irq_work::new(ring, GFP_KERNEL)); //[fail]
            irq_work::scope(task, ring, |_| ()); //[pass]
        },
    );
}

//# scope_returned: uncoded
//! expect-text: lifetime may not live long enough
//! The body of a scope must not return its work.
//! pass: It may return what queueing did.
pub fn escape(task: &TaskContext) -> Result {
    irq_work::scope(task, |_: &Context<Hard>| (), |work| work).queue()?; //[fail]
    irq_work::scope(task, |_: &Context<Hard>| (), |work| work.queue())?; //[pass]
    Ok(())
}

//# scope_with_irqs_off: E0308
//! The end of a scope sleeps.
//! pass: It takes the right to.
pub fn scoped(task: &TaskContext, cx: &ThreadedOnRt) {
    irq_work::scope(cx, |_: &Context<Hard>| (), |_| ()); //[fail]
    irq_work::scope(task, |_: &Context<Hard>| (), |_| ()); //[pass]
}

//# scope_without_task: E0061
//! The end of a scope sleeps, for which the caller must have the right.
//! pass: The caller shows that right.
pub fn scoped(task: &TaskContext) {
    irq_work::scope(|_: &Context<Hard>| (), |_| ()); //[fail]
    irq_work::scope(task, |_: &Context<Hard>| (), |_| ()); //[pass]
}

//# scoped_borrow_too_short: E0597
//! What a scoped callback borrows must be there until the scope has ended.
//! pass: It is declared before.
pub fn count(task: &TaskContext) {
    let add;
    let count = Atomic::new(0); //[pass]
    {
        let count = Atomic::new(0); //[fail]
        let count = &count;
        add = move |_: &Context<Hard>| count.add(1, ordering::Relaxed);
    }
    irq_work::scope(task, add, |_| ());
}

//# scoped_borrow_written: E0502
//! In a scope the callback may be running: what it reads must not be written
//! to.
//! pass: What it had copied may.
pub fn write(task: &TaskContext) {
    let mut limit = 1;
    let ring = |_: &Context<Hard>| assert!(limit > 0); //[fail]
    let ring = move |_: &Context<Hard>| assert!(limit > 0); //[pass]
    irq_work::scope(task, ring, |_| limit = 2);
}

//# scoped_by_hand: E0451
//! A scope does not wait for a scoped work that was made by hand.
//! pass: The scope alone makes one.
type Work = Scoped<Hard, fn(&Context<Hard>)>;

pub fn make(work: Work) -> Work {
    Scoped { ..work } //[fail]
    work //[pass]
}

//# scoped_capture_not_sync: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//! A scoped callback that owns a `Cell` races with itself, on two CPUs.
//! pass: An atomic can be shared.
pub fn share(task: &TaskContext) {
    let count = Cell::new(0); //[fail]
    let count = Atomic::new(0); //[pass]
    irq_work::scope(task, move |_: &Context<Hard>| _ = &count, |_| ());
}

//# scoped_fn_mut: E0525
//! Two CPUs may run a scoped callback at once: it must not write to what it
//! borrows.
//! pass: It may do so atomically.
pub fn count(task: &TaskContext) {
    let mut count = 0; //[fail]
    let add = |_: &Context<Hard>| count += 1; //[fail]
    let count = Atomic::new(0); //[pass]
    let add = |_: &Context<Hard>| count.add(1, ordering::Relaxed); //[pass]
    irq_work::scope::<Hard, _, _>(task, add, |_| ());
}

//# scoped_moved: E0507
//! A scoped work that moved would leave the C irq_work in a list.
//! pass: It stays where it is.
pub fn take(task: &TaskContext) {
    irq_work::scope(
        task,
        |_: &Context<Hard>| (),
        |work| {
            drop(*work); //[fail]
            _ = *work; //[pass]
        },
    );
}

//# scoped_not_sync: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//! A scoped callback that shares a `Cell` with its caller races with it, and
//! with itself.
//! pass: An atomic can be shared.
pub fn share(task: &TaskContext) {
    let count = Cell::new(0); //[fail]
    let count = Atomic::new(0); //[pass]
    irq_work::scope(task, |_: &Context<Hard>| _ = &count, |_| ());
}

//# nmi_scoped_queue_on: E0277
//! expect-text: the trait `MaySendIpi` is not implemented for `InNmi`
//! A scoped work sends the same IPI.
//! pass: It too may be queued on its own CPU.
pub fn ring(work: &Scoped<Hard, fn(&Context<Hard>)>, cpu: CpuId, nmi: &InNmi) -> Result<bool> {
    work.queue_on(cpu, nmi) //[fail]
    work.queue() //[pass]
}
