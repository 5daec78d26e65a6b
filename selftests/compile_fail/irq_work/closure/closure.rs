// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# closure_fn_mut: E0594
//! Two CPUs may run a closure at once: it must not write to what it owns.
//! pass: If a token rules that out, it may.
pub fn count() -> Result {
    let mut count = 0;
    let _work = irq_work::new::<Hard, _>(move |_| count += 1, GFP_KERNEL)?; //[fail]
    let _work = exclusive::new::<Hard, _>(move |_| count += 1, GFP_KERNEL)?; //[pass]
    Ok(())
}

//# closure_not_send: E0277
//! expect-text: cannot be sent between threads safely
//! A closure is dropped by a workqueue, on any CPU.
//! pass: What it captures must be allowed to be sent.
pub struct Bound(PhantomData<*mut ()>);

// SAFETY: There is nothing in it.
unsafe impl Sync for Bound {}

// SAFETY: There is nothing in it to send. //[pass]
unsafe impl Send for Bound {} //[pass]

pub fn make(bound: Bound) -> Result {
    let _work = irq_work::new::<Hard, _>(move |_| _ = &bound, GFP_KERNEL)?;
    Ok(())
}

//# closure_not_sync: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//! Two CPUs may run a closure at once, with the same captures.
//! pass: If a token rules that out, they need not be `Sync`.
pub fn make() -> Result {
    let count = Cell::new(0);
    let ring = move |_: &_| count.set(count.get() + 1);
    let _work = irq_work::new::<Hard, _>(ring, GFP_KERNEL)?; //[fail]
    let _work = exclusive::new::<Hard, _>(ring, GFP_KERNEL)?; //[pass]
    Ok(())
}

//# closure_private: E0616
//! The captures of a closure are for its callback.
//! pass: The handle is for queueing it.
pub fn captures(handle: &Handle<Arc<Closure<Hard, fn(&Context<Hard>)>>>) -> Result {
    _ = handle.f; //[fail]
    _ = handle.queue()?; //[pass]
    Ok(())
}

//# callback_not_sync: E0277
//! expect-text: cannot be shared between threads safely
//! Two CPUs may run the closure at once, also where its type is erased.
//! pass: The exclusive form runs on one.
pub fn make(cell: Cell<u32>) -> Result {
    drop(Callback::<Hard>::new(move |_| cell.set(1), GFP_KERNEL)?); //[fail]
    drop(exclusive::Callback::<Hard>::new( //[pass]
        move |_| cell.set(1), //[pass]
        GFP_KERNEL, //[pass]
    )?); //[pass]
    Ok(())
}

//# mode_of_closure: E0631
//! A closure must not take the context of another mode than that of its work.
//! pass: It takes the one it gets.
pub fn make() -> Result {
    let _work = irq_work::new::<Normal, _>(|_cx: &Context<Hard>| (), GFP_KERNEL)?; //[fail]
    let _work = irq_work::new::<Normal, _>(|_cx: &Context<Normal>| (), GFP_KERNEL)?; //[pass]
    Ok(())
}

//# unscoped_borrow: E0597
//! A handle can be leaked, and its work then outlives every borrow: outside a
//! scope a callback must own what it uses.
//! pass: In a scope it may borrow.
pub fn count(task: &TaskContext) -> Result {
    let count = Atomic::new(0);
    let shared = &count;
    let add = |_: &Context<Hard>| shared.add(1, ordering::Relaxed);
    let _work = irq_work::new(add, GFP_KERNEL)?; //[fail]
    irq_work::scope(task, add, |_| ()); //[pass]
    Ok(())
}

//# captured_handle_dropped_in_callback: E0507
//! The callback runs any number of times: what it captured is not its to drop,
//! not even a handle.
//! pass: A clone is.
pub fn give_up(handle: Handle<Arc<Closure<Hard, fn(&Context<Hard>)>>>) -> Result {
    let _work = irq_work::new::<Hard, _>(move |_| drop(handle), GFP_KERNEL)?; //[fail]
    let _work = irq_work::new::<Hard, _>(move |_| drop(handle.clone()), GFP_KERNEL)?; //[pass]
    Ok(())
}
