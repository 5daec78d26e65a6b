// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# assume_irqs_off: E0133
//! That interrupts are off is a promise which the compiler cannot check: making
//! it is unsafe.
//! pass: Unsafe code makes the promise, with the reason.
/// # Safety
///
/// Interrupts are off.
pub unsafe fn cpu() -> CpuId {
    // SAFETY: By the safety requirements.
    let cx = IrqsOff::assume_off(); //[fail]
    let cx = unsafe { IrqsOff::assume_off() }; //[pass]
    cx.cpu()
}

//# forge_irqs_off: E0423
//! Code that runs with interrupts on must not get the token which says that
//! they are off: its constructor is private.
//! pass: A callback gets one.
use kernel::types::NotThreadSafe;

pub fn cpu(cx: &IrqsOff) -> CpuId {
    IrqsOff(NotThreadSafe).cpu() //[fail]
    cx.cpu() //[pass]
}

//# irqs_off_captured: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//! expect-text: a callback gets the token of its own context as an argument
//! The token which says that interrupts are off must not outlive the callback
//! in a variable of the caller.
//! pass: A fact learned with it may.
pub fn keep(task: &TaskContext, cpu: CpuId) -> Result {
    let mut seen = None;
    csd::call(task, cpu, |cx| seen = Some(cx))?; //[fail]
    csd::call(task, cpu, |cx| seen = Some(cx.cpu()))?; //[pass]
    assert!(seen.is_some());
    Ok(())
}

//# irqs_off_returned: E0277
//! expect-text: `IrqsOff`
//! The token which says that interrupts are off must not reach the waiter as
//! the result.
//! pass: A fact learned with it may.
pub fn keep() -> Result {
    let idle = csd::new(|cx| cx, GFP_KERNEL)?; //[fail]
    let idle = csd::new(|cx| cx.cpu(), GFP_KERNEL)?; //[pass]
    drop(idle);
    Ok(())
}

//# irqs_off_sent: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//! The token which says that interrupts are off here must not reach another
//! CPU.
//! pass: Each callback has its own.
pub fn send(cx: &IrqsOff, task: &TaskContext, cpu: CpuId) -> Result {
    csd::call(task, cpu, |_| cx.cpu())?; //[fail]
    csd::call(task, cpu, |cx| cx.cpu())?; //[pass]
    Ok(())
}

//# irqs_off_tried_kept: E0521
//! A look at the interrupts gives no token that outlives it.
//! pass: A fact learned with it may.
pub fn keep() -> Result<bool> {
    let mut kept = None;
    IrqsOff::try_with(|cx| kept = Some(cx))?; //[fail]
    IrqsOff::try_with(|cx| kept = Some(cx.cpu()))?; //[pass]
    Ok(kept.is_some())
}

//# irqs_off_with_kept: E0521
//! The token of an inner closure must not outlive it in a variable of the outer
//! one: interrupts may be on by then.
//! pass: A fact learned with it may.
pub fn keep() -> bool {
    let mut kept = None;
    IrqsOff::with(|_outer| IrqsOff::with(|inner| kept = Some(inner))); //[fail]
    IrqsOff::with(|_outer| IrqsOff::with(|inner| kept = Some(inner.cpu()))); //[pass]
    kept.is_some()
}

//# irqs_off_with_returned: uncoded
//! expect-text: lifetime may not live long enough
//! The token must not outlive the closure that interrupts are off for.
//! pass: A fact learned with it may.
pub fn keep() -> &'static IrqsOff { //[fail]
    IrqsOff::with(|cx| cx) //[fail]
pub fn keep() -> CpuId { //[pass]
    IrqsOff::with(|cx| cx.cpu()) //[pass]
}

//# irqs_off_with_sent: E0277
//! Another CPU has its own interrupts: the token stays on this one.
//! pass: The callback has one of its own.
pub fn send(task: &TaskContext, cpu: CpuId) -> Result<CpuId> {
    let call = |here: &IrqsOff| csd::call(task, cpu, |_there| here.cpu()); //[fail]
    let call = |_here: &IrqsOff| csd::call(task, cpu, |there| there.cpu()); //[pass]
    Ok(IrqsOff::with(call)?)
}
