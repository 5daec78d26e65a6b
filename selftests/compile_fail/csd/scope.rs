// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# scope_escapes: E0521
//! The scope would not wait for a call that is queued on it after its end.
//! pass: The scope may be handed on while it lasts.
pub fn escape(task: &TaskContext) {
    let mut kept = None; //[fail]
    csd::scope(task, |scope| {
        let mut kept = None; //[pass]
        let _ = kept.insert(scope);
    });
}

//# scope_sent: E0277
//! expect-text: a scope and its tokens stay with the task that waits for the scope
//! A callback that queued in its caller's scope would change the list of slots
//! under the caller's feet.
//! pass: The callback has what it needs, or the caller queues.
pub fn send(task: &TaskContext, cpu: CpuId) -> Result {
    csd::scope(task, |scope| {
        csd::call(task, cpu, |_| _ = &scope)?; //[fail]
        csd::call(task, cpu, |_| ())?; //[pass]
        Ok(())
    })
}

//# scope_with_irqs_off: E0308
//! A scope ends with a wait: a callback cannot open one.
//! pass: A task can.
pub fn open(cx: &IrqsOff) { //[fail]
pub fn open(cx: &TaskContext) { //[pass]
    csd::scope(cx, |_| ())
}

//# scoped_payload_not_send: E0277
//! A borrow does not make a value fit for another CPU: here the callback would
//! use a pointer that belongs to the caller's thread.
//! pass: A mutable borrow of what is `Send` is `Send`.
pub fn read(task: &TaskContext, cpu: CpuId, mut pointer: *mut u32) -> Result { //[fail]
pub fn read(task: &TaskContext, cpu: CpuId, mut pointer: &'static u32) -> Result { //[pass]
    csd::call(task, cpu, |_| _ = &mut pointer)?;
    Ok(())
}

//# scoped_result_not_send: E0277
//! The result of a scoped call, too, is made on one CPU and used on another.
//! pass: What is `Send` may be a result.
pub fn address(task: &TaskContext, cpu: CpuId) -> Result {
    csd::call(task, cpu, |_| core::ptr::null::<u32>())?; //[fail]
    csd::call(task, cpu, |_| core::ptr::null::<u32>().addr())?; //[pass]
    Ok(())
}

//# scoped_token_captured: E0521
//! The right to wait must not outlive the scope, which ends the call itself:
//! not in a variable of the caller.
//! pass: The result may.
pub fn escape(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|cx| cx.cpu());
    let mut kept = None;
    csd::scope(task, |scope| {
        let in_flight = scope.call_on(&mut slot, cpu)?;
        let _ = kept.insert(in_flight); //[fail]
        let _ = kept.insert(in_flight.wait(task).1); //[pass]
        Ok(())
    })
}

//# scoped_token_returned: uncoded
//! expect-text: lifetime may not live long enough
//! The right to wait must not outlive the scope, which ends the call itself:
//! not as what the scope returns.
//! pass: The result may.
pub fn escape(task: &TaskContext, cpu: CpuId) {
    let mut slot = csd::Slot::new(|cx| cx.cpu());
    let _ = csd::scope(task, |scope| -> Result<_> {
        let in_flight = scope.call_on(&mut slot, cpu)?;
        Ok(in_flight) //[fail]
        Ok(in_flight.wait(task).1) //[pass]
    });
}

//# scoped_token_sent: E0277
//! expect-text: a scope and its tokens stay with the task that waits for the scope
//! The right to wait for a scoped call gives access to its slot, which is the
//! caller's alone.
//! pass: The caller waits.
pub fn send(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |scope| {
        let in_flight = scope.call_on(&mut slot, cpu)?;
        csd::call(task, cpu, |_| _ = &in_flight)?; //[fail]
        drop(in_flight.wait(task)); //[pass]
        Ok(())
    })
}

//# scoped_wait_twice: E0382
//! A second wait for one run would never end: `wait()` consumes the right to
//! wait in a scope too.
//! pass: Each run is waited for once.
pub fn twice(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::scope(task, |scope| {
        let in_flight = scope.call_on(&mut slot, cpu)?;
        drop(in_flight.wait(task));
        drop(in_flight.wait(task)); //[fail]
        Ok(())
    })
}

//# borrow_not_sync: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//! A callback that shares a `Cell` with its caller races with it.
//! pass: An atomic can be shared.
pub fn share(task: &TaskContext, cpu: CpuId) -> Result {
    let shared = Cell::new(0); //[fail]
    let shared = Atomic::new(0); //[pass]
    csd::call(task, cpu, |_| _ = &shared)?;
    Ok(())
}

//# borrow_of_scope_local: E0373
//! What a callback borrows must outlive the scope: a variable of the scope's
//! closure is gone before the scope has waited.
//! pass: A variable from before the scope outlives it.
pub fn count(task: &TaskContext, cpu: CpuId) -> Result {
    let count = Atomic::new(0); //[pass]
    let mut room = None;
    csd::scope(task, |scope| {
        let count = Atomic::new(0); //[fail]
        let slot = room.insert(csd::Slot::new(|_| count.add(1, ordering::Relaxed)));
        drop(scope.call_on(slot, cpu)?);
        Ok(())
    })
}

//# borrow_read_by_caller: E0502
//! The caller must not read what a callback writes at the same time.
//! pass: After the scope it may.
pub fn read(task: &TaskContext, cpu: CpuId, mut value: u32) -> Result {
    let mut slot = csd::Slot::new(|_| value += 1);
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        assert!(value > 0); //[fail]
        Ok(())
    })?;
    assert!(value > 0); //[pass]
    Ok(())
}

//# borrow_written_by_caller: E0502
//! The caller must not write to what a callback reads at the same time.
//! pass: It may do so before the callback borrows it.
pub fn write(task: &TaskContext, cpu: CpuId, mut value: u32) -> Result<u32> {
    value += 1; //[pass]
    let mut slot = csd::Slot::new(|_| value + 1);
    csd::scope(task, |scope| -> Result {
        drop(scope.call_on(&mut slot, cpu)?);
        value += 1; //[fail]
        Ok(())
    })?;
    Ok(value)
}

//# borrow_written_by_two: E0499
//! Two callbacks must not write to one variable: they may run at once.
//! pass: Each may write to its own.
pub fn write(task: &TaskContext, cpu: CpuId, mut values: (u32, u32)) -> Result {
    let mut one = csd::Slot::new(|_| values.0 += 1);
    let mut two = csd::Slot::new(|_| values.0 += 1); //[fail]
    let mut two = csd::Slot::new(|_| values.1 += 1); //[pass]
    csd::scope(task, |scope| {
        drop(scope.call_on(&mut one, cpu)?);
        drop(scope.call_on(&mut two, cpu)?);
        Ok(())
    })
}
