// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# sync_in_callback: E0277
//! expect-text: appears within the type `TaskContext`
//! A callback cannot capture the right to sleep.
//! pass: It may queue another work.
pub fn nest<T: Counted>(other: Handle<Arc<T>>, task: TaskContext) -> Result {
    let _work = irq_work::new::<Hard, _>(move |_| other.sync(&task), GFP_KERNEL)?; //[fail]
    let _work = irq_work::new::<Hard, _>(move |_| _ = other.queue(), GFP_KERNEL)?; //[pass]
    Ok(())
}

//# sync_in_scoped_callback: E0277
//! expect-text: appears within the type `TaskContext`
//! A scoped callback may borrow from the caller, but not its right to sleep.
//! pass: It may queue another work.
pub fn nest<T: Counted>(other: &Handle<Arc<T>>, task: &TaskContext) {
    let ring = |_: &Context<Hard>| {
        other.sync(task); //[fail]
        _ = other.queue(); //[pass]
    };
    irq_work::scope(task, ring, |_| ());
}

//# sync_with_context: E0308
//! What a callback may do does not include sleeping.
//! pass: It includes sending an IPI.
pub fn nest<T: Counted>(other: Handle<Arc<T>>, cpu: CpuId) -> Result {
    let _work = irq_work::new::<Hard, _>(
        move |cx| {
            other.sync(cx); //[fail]
            _ = other.queue_on(cpu, &**cx); //[pass]
        },
        GFP_KERNEL,
    )?;
    Ok(())
}

//# sync_with_irqs_off: E0308
//! Waiting with interrupts off is a deadlock if the work is pending on this
//! CPU.
//! pass: A task may wait.
pub fn sync<T: Counted>(handle: &Handle<Arc<T>>, cx: &IrqsOff, task: &TaskContext) {
    handle.sync(cx); //[fail]
    handle.sync(task); //[pass]
}

//# sync_without_token: E0061
//! Waiting takes the right to sleep.
//! pass: The caller shows that right.
pub fn sync<T: Counted>(handle: &Handle<Arc<T>>, task: &TaskContext) {
    handle.sync(); //[fail]
    handle.sync(task); //[pass]
}
