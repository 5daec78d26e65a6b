// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# wait_twice: E0382
//! One wait gives the right to queue back, two would give two.
//! pass: Another one takes another queueing.
pub fn twice<T>(in_flight: InFlight<T>, task: &TaskContext) -> Result<(Idle<T>, Option<Idle<T>>)>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let idle = in_flight.wait(task);
    Ok((idle, Some(in_flight.wait(task)))) //[fail]
    Ok((idle, None)) //[pass]
}

//# wait_idle: E0599
//! There is nothing to wait for before the work is queued.
//! pass: Then there is.
pub fn wait<T: Sole>(idle: Idle<T>, task: &TaskContext) -> Result<Idle<T>> {
    Ok(idle.wait(task)) //[fail]
    Ok(idle.queue()?.wait(task)) //[pass]
}

//# wait_shared: E0507
//! The right to wait cannot be shared: what comes back is the right to queue.
//! pass: The owner of the right uses it.
pub fn wait<T: Sole>(in_flight: &InFlight<T>, task: &TaskContext) -> Idle<T> { //[fail]
pub fn wait<T: Sole>(in_flight: InFlight<T>, task: &TaskContext) -> Idle<T> { //[pass]
    in_flight.wait(task)
}

//# wait_with_irqs_off: E0308
//! Waiting with interrupts off is a deadlock if the work is pending on this
//! CPU.
//! pass: Asking is not.
pub fn wait<T: Sole>(in_flight: InFlight<T>, cx: &IrqsOff) -> Option<Idle<T>> {
    Some(in_flight.wait(cx)) //[fail]
    in_flight.try_wait().ok() //[pass]
}

//# wait_after_timeout: E0382
//! A wait that times out consumes the token, which comes back in the error.
//! pass: There it is.
pub fn wait(task: &TaskContext, idle: exclusive::IdleCallback<Hard>, limit: Jiffies) -> Result {
    let token = idle.queue()?;
    let timed_out = token.wait_timeout(task, limit).err().ok_or(EIO)?;
    drop(token.wait(task)); //[fail]
    drop(timed_out.in_flight.wait(task)); //[pass]
    Ok(())
}

//# wait_in_exclusive_callback: E0277
//! expect-text: appears within the type `TaskContext`
//! An exclusive callback, which need not be `Sync`, cannot capture the right to
//! sleep either.
//! pass: It may ask whether another work has ended.
pub fn nest<T: Sole>(in_flight: InFlight<T>, task: TaskContext) -> Result {
    let mut in_flight = Some(in_flight);
    let _work = exclusive::new::<Hard, _>(
        move |_| {
            drop(in_flight.take().map(|other| other.wait(&task))); //[fail]
            drop(in_flight.take().map(|other| other.try_wait())); //[pass]
        },
        GFP_KERNEL,
    )?;
    Ok(())
}

//# use_after_try_wait: E0382
//! If the work has ended, `try_wait()` has given the right to queue.
//! pass: If not, the right to wait comes back.
pub fn wait<T: Sole>(in_flight: InFlight<T>, task: &TaskContext) -> Idle<T> {
    match in_flight.try_wait() {
        Ok(idle) => idle,
        Err(_) => in_flight.wait(task), //[fail]
        Err(in_flight) => in_flight.wait(task), //[pass]
    }
}

//# exclusive_into_inner_in_flight: E0599
//! The callback is using the object.
//! pass: When it has returned the object can be taken back.
pub fn take<T: Sole>(in_flight: InFlight<T>, task: &TaskContext) -> Pin<KBox<T>> {
    in_flight.into_inner(task) //[fail]
    in_flight.wait(task).into_inner(task) //[pass]
}

//# as_mut_in_flight: E0599
//! While an exclusive work is in flight, its callback has the mutable
//! reference.
//! pass: After the wait the token gives one.
pub fn change<T: Sole>(in_flight: InFlight<T>, task: &TaskContext) {
    let mut idle = in_flight; //[fail]
    let mut idle = in_flight.wait(task); //[pass]
    let _object = idle.as_mut();
}

//# as_mut_kept: uncoded
//! expect-text: lifetime may not live long enough
//! What the token gives access to is there as long as the token.
//! pass: The reference lives as long as the borrow of the token.
pub fn keep<T: Sole>(idle: &mut Idle<T>) -> Pin<&'static mut T> { //[fail]
pub fn keep<T: Sole>(idle: &mut Idle<T>) -> Pin<&mut T> { //[pass]
    idle.as_mut()
}
