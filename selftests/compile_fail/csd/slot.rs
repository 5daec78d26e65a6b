// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# slot_dropped_in_flight: E0597
//! A slot that is made in the scope is gone before the scope has waited for its
//! call.
//! pass: A slot that is made before the scope outlives it.
pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ()); //[pass]
    csd::scope(task, |scope| {
        let mut slot = csd::Slot::new(|_| ()); //[fail]
        drop(scope.call_on(&mut slot, cpu)?);
        Ok(())
    })
}

//# slot_freed_in_flight: E0505 E0597
//! Freeing a slot in flight frees the node that is in the list of the target
//! CPU.
//! pass: After the scope it may go.
pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = KBox::new(csd::Slot::new(|_| ()), GFP_KERNEL)?;
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        drop(slot); //[fail]
        Ok(())
    })?;
    drop(slot); //[pass]
    Ok(())
}

//# slot_output_in_flight: E0499
//! The callback writes its result into the slot: reading it in the scope would
//! race with that.
//! pass: After the scope, which has waited, it can be read.
pub fn early(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|cx| cx.cpu());
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        let _ = slot.take_output(); //[fail]
        Ok(())
    })?;
    let _ = slot.take_output(); //[pass]
    Ok(())
}

//# slot_queued_in_two_scopes: E0499
//! A slot whose call is in flight in one scope must not be queued in another
//! one within it.
//! pass: Two calls take two slots.
pub fn nest(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    let mut other = csd::Slot::new(|_| ()); //[pass]
    csd::scope(task, |outer| {
        drop(outer.call_on(&mut slot, cpu)?);
        csd::scope(task, |inner| {
            drop(inner.call_on(&mut slot, cpu)?); //[fail]
            drop(inner.call_on(&mut other, cpu)?); //[pass]
            Ok(())
        })
    })
}

//# slot_queued_twice: E0499
//! A slot whose call is in flight belongs to that call until the scope ends.
//! pass: Two calls take two slots.
pub fn twice(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    let mut other = csd::Slot::new(|_| ()); //[pass]
    csd::scope(task, |scope| {
        drop(scope.call_on(&mut slot, cpu)?);
        drop(scope.call_on(&mut slot, cpu)?); //[fail]
        drop(scope.call_on(&mut other, cpu)?); //[pass]
        Ok(())
    })
}

//# slot_replaced_in_scope: E0614
//! A slot must not be overwritten while its scope still knows it, not even
//! between two calls.
//! pass: The token is for queueing.
pub fn replace(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |scope| {
        let (idle, ()) = scope.call_on(&mut slot, cpu)?.wait(task);
        *idle = csd::Slot::new(|_| ()); //[fail]
        drop(idle.call_on(cpu)?); //[pass]
        Ok(())
    })
}

//# slot_requeued_in_inner_scope: E0308
//! A slot that one scope has queued must not be queued in an inner scope, which
//! would not wait for it.
//! pass: Its own scope waits, wherever the call is queued again.
pub fn nest(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |outer| {
        let (idle, ()) = outer.call_on(&mut slot, cpu)?.wait(task);
        csd::scope(task, |inner| { //[fail]
            drop(inner.call_on(idle, cpu)?); //[fail]
        csd::scope(task, |_inner| { //[pass]
            drop(idle.call_on(cpu)?); //[pass]
            Ok(())
        })
    })
}

//# slot_sent: E0277
//! A slot that went into a callback could be queued by two CPUs.
//! pass: It stays with the task that made it.
pub fn send(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::call(task, cpu, |_| slot.take_output())?; //[fail]
    csd::call(task, cpu, |_| Some(()))?; //[pass]
    let _ = slot.take_output(); //[pass]
    Ok(())
}

//# slot_static: E0277
//! A slot that all can reach could be queued by all.
//! pass: A constant is a new slot wherever it is used.
pub static SLOT: Slot<fn(&IrqsOff), ()> = Slot::new(|_| ()); //[fail]
pub const SLOT: Slot<fn(&IrqsOff), ()> = Slot::new(|_| ()); //[pass]

//# slots_swapped_in_flight: E0499
//! A slot in flight must stay in place: swapping it with another one moves its
//! csd, and what its callback works with.
//! pass: Before their calls, slots can be swapped.
pub fn swap(task: &TaskContext, cpu: CpuId, f: fn(&IrqsOff)) -> Result {
    let (mut one, mut two) = (csd::Slot::new(f), csd::Slot::new(f));
    csd::scope(task, |scope| {
        drop(scope.call_on(&mut one, cpu)?); //[fail]
        core::mem::swap(&mut one, &mut two);
        drop(scope.call_on(&mut one, cpu)?); //[pass]
        Ok(())
    })
}
