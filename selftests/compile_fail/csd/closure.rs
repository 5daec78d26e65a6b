// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# payload_not_send: E0277
//! expect-text: `*const u32` cannot be sent between threads safely
//! What a callback captures is used on another CPU, where a raw pointer, for
//! one, may mean nothing.
//! pass: What is `Send` may go there.
pub fn read(pointer: *const u32) -> Result { //[fail]
pub fn read(pointer: &'static u32) -> Result { //[pass]
    drop(csd::new(move |_| size_of_val(&pointer), GFP_KERNEL)?);
    Ok(())
}

//# result_not_send: E0277
//! expect-text: `*const u32` cannot be sent between threads safely
//! A result is made on one CPU and used on another.
//! pass: What is `Send` may be a result.
pub fn address() -> Result {
    drop(csd::new(|_| core::ptr::null::<u32>(), GFP_KERNEL)?); //[fail]
    drop(csd::new(|_| core::ptr::null::<u32>().addr(), GFP_KERNEL)?); //[pass]
    Ok(())
}

//# result_borrows_capture: uncoded
//! expect-text: captured variable cannot escape `FnMut` closure body
//! A result that refers to what the callback has captured would be changed by
//! the next run under the eyes of the waiter.
//! pass: A copy is the waiter's.
pub fn counter(mut count: u32) -> Result {
    let next = move |_: &_| {
        count += 1;
        &count //[fail]
        count //[pass]
    };
    drop(csd::new(next, GFP_KERNEL)?);
    Ok(())
}

//# unscoped_borrow: E0597
//! A token can be leaked, and its call then outlives every borrow: outside a
//! scope a callback must own what it uses.
//! pass: In a scope it may borrow.
pub fn count(task: &TaskContext, cpu: CpuId) -> Result {
    let count = Atomic::new(0);
    let shared = &count;
    let add = |_: &_| shared.add(1, ordering::Relaxed);
    let _ = csd::new(add, GFP_KERNEL)?.call_on(cpu)?.wait(task); //[fail]
    csd::call(task, cpu, add)?; //[pass]
    Ok(())
}

//# unscoped_capture: E0373
//! Outside a scope a closure must not capture the variables of its caller by
//! reference: the call may outlive them.
//! pass: Moved into the closure, they live as long as the call.
pub fn cpu_after(skip: u32) -> Result {
    let idle = csd::new(|cx| cx.cpu().as_u32() + skip, GFP_KERNEL)?; //[fail]
    let idle = csd::new(move |cx| cx.cpu().as_u32() + skip, GFP_KERNEL)?; //[pass]
    drop(idle);
    Ok(())
}

//# captured_state_dropped_in_callback: E0507
//! expect-text: cannot move out of `data`, a captured variable in an `FnMut` closure
//! What a call owns is dropped by the waiter: a callback that drops what it has
//! captured would free with interrupts off.
//! pass: The callback returns what the waiter is to drop.
pub fn hand_over(mut data: KVec<u8>) -> Result {
    let idle = csd::new(move |_| drop(data), GFP_KERNEL)?; //[fail]
    let idle = csd::new(move |_| core::mem::take(&mut data), GFP_KERNEL)?; //[pass]
    drop(idle);
    Ok(())
}

//# callback_argument_in_flight: E0382
//! While a call is in flight its argument is the callback's.
//! pass: Afterwards it is the caller's.
pub fn look(task: &TaskContext, cpu: CpuId, mut idle: IdleCallback<u32, u32>) -> Result<u32> {
    let _in_flight = idle.call_on_with(cpu, 1)?; //[fail]
    (idle, _) = idle.call_on_with(cpu, 1)?.wait(task); //[pass]
    Ok(*idle.argument())
}

//# callback_argument_not_send: E0277
//! expect-text: cannot be sent between threads safely
//! The argument of a closure of any type travels to another CPU.
//! pass: This one may.
pub fn make() -> Result {
    let argument = core::ptr::null::<u8>(); //[fail]
    let argument = 0; //[pass]
    drop(Callback::new(argument, |_, _| (), GFP_KERNEL)?);
    Ok(())
}

//# callback_call_twice: E0382
//! A call whose argument is given at queueing consumes the right to queue too.
//! pass: Waiting gives it back.
pub fn twice(task: &TaskContext, cpu: CpuId, idle: IdleCallback<u32, u32>) -> Result {
    let _in_flight = idle.call_on_with(cpu, 1)?; //[fail]
    let (idle, _) = idle.call_on_with(cpu, 1)?.wait(task); //[pass]
    drop(idle.call_on_with(cpu, 2)?.wait(task));
    Ok(())
}

//# callback_not_send: E0277
//! expect-text: cannot be shared between threads safely
//! The closure runs on another CPU, also where its type is erased.
//! pass: This one may.
pub fn make(cell: &'static Cell<u32>) -> Result { //[fail]
    drop(Callback::new(0, |_, n| cell.set(*n), GFP_KERNEL)?); //[fail]
pub fn make(cell: Cell<u32>) -> Result { //[pass]
    drop(Callback::new(0, move |_, n| cell.set(*n), GFP_KERNEL)?); //[pass]
    Ok(())
}
