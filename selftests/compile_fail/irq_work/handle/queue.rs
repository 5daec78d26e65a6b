// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# queue_object: E0599
//! A reference to the object does not keep it, and gives no right to queue it.
//! pass: A handle does both.
pub fn ring<T: Counted>(handle: &Handle<Arc<T>>) -> Result<bool> {
    handle.shared().queue() //[fail]
    handle.queue() //[pass]
}

//# queue_work: E0599
//! The irq_work in an object gives no right to queue it.
//! pass: A handle does.
include!("../common/doorbell.rs");
include!("../common/arc.rs");

pub fn ring(handle: &Handle<Arc<Doorbell>>) -> Result<bool> {
    handle.work.queue() //[fail]
    handle.queue() //[pass]
}

//# nmi_queue_on: E0277
//! expect-text: the trait `MaySendIpi` is not implemented for `InNmi`
//! An NMI handler may have hit the code that sends IPIs.
//! pass: It may queue on its own CPU.
pub fn ring<T: Counted>(handle: &Handle<Arc<T>>, cpu: CpuId, nmi: &InNmi) -> Result<bool> {
    handle.queue_on(cpu, nmi) //[fail]
    handle.queue() //[pass]
}

//# nmi_with_outer_token: E0277
//! expect-text: appears within the type `NotInNmi`
//! The token of the code that an NMI hits says nothing about the NMI: no
//! callback of any kind can capture it.
//! pass: One that is asked for where it is needed does.
pub fn ring<T: Counted>(other: Handle<Arc<T>>, cpu: CpuId, outside: NotInNmi) -> Result {
    let _work = irq_work::new::<Hard, _>(
        move |_| {
            let Ok(outside) = NotInNmi::new() else { return }; //[pass]
            _ = other.queue_on(cpu, &outside);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}

//# requeue_by_handle: E0599
//! What may be done in the callback only is not in a handle.
//! pass: A handle queues.
pub fn ring<T: Counted>(handle: &Handle<Arc<T>>) -> Result<bool> {
    handle.requeue() //[fail]
    handle.queue() //[pass]
}

//# object_kept: uncoded
//! expect-text: lifetime may not live long enough
//! What a handle gives access to is there as long as the handle.
//! pass: The reference lives as long as the borrow of the handle.
pub fn keep<T: Counted>(handle: &Handle<Arc<T>>) -> &'static T { //[fail]
pub fn keep<T: Counted>(handle: &Handle<Arc<T>>) -> &T { //[pass]
    &**handle
}
