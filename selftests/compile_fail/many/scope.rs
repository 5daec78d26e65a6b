// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# scoped_context_escapes: E0277
//! expect-text: `&IrqsOff` cannot be sent between threads safely
//! The proof that interrupts are off ends with the callback.
//! pass: What it says may be returned.
pub fn ask(task: &TaskContext) -> Result {
    many::call_all(task, |cx: &IrqsOff| cx)?; //[fail]
    many::call_all(task, |cx: &IrqsOff| cx.cpu())?; //[pass]
    Ok(())
}

//# scoped_mutates: E0594
//! CPUs share what a scoped call borrows: none may write to it.
//! pass: Atomic operations may.
pub fn count(task: &TaskContext) -> Result {
    let mut sum = 0; //[fail]
    many::call_all(task, |_| sum += 1)?; //[fail]
    let sum = Atomic::<u32>::new(0); //[pass]
    many::call_all(task, |_| _ = sum.fetch_add(1, Relaxed))?; //[pass]
    Ok(())
}

//# scoped_not_sync: E0277
//! expect-text: cannot be shared between threads safely
//! A scoped call runs on several CPUs at once: what they share must be `Sync`.
//! pass: It is.
pub fn count(task: &TaskContext) -> Result<u32> {
    let sum = Cell::new(0); //[fail]
    many::call_all(task, |_| sum.set(1))?; //[fail]
    Ok(sum.into_inner()) //[fail]
    let sum = Atomic::<u32>::new(0); //[pass]
    many::call_all(task, |_| sum.store(1, Relaxed))?; //[pass]
    Ok(sum.load(Relaxed)) //[pass]
}

//# scoped_result_not_send: E0277
//! expect-text: cannot be sent between threads safely
//! Results travel from each CPU to the caller.
//! pass: This one may.
pub fn ask(task: &TaskContext) -> Result {
    many::call_all(task, |_| core::ptr::null::<u8>())?; //[fail]
    many::call_all(task, |_| 0)?; //[pass]
    Ok(())
}

//# scoped_with_irqs_off: E0308
//! A scoped call waits, which takes the right to sleep.
//! pass: This has it.
pub fn ask(cx: &IrqsOff) -> Result { //[fail]
pub fn ask(cx: &TaskContext) -> Result { //[pass]
    many::call_all(cx, |_| ())?;
    Ok(())
}
