// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# wait_twice: E0382
//! A second wait for one run would never end, or hand out its result twice:
//! `wait()` consumes the right to wait.
//! pass: Each run is waited for once.
pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext, cpu: CpuId) -> Result {
    drop(in_flight.wait(task)); //[fail]
    let in_flight = in_flight.wait(task).0.call_on(cpu)?; //[pass]
    drop(in_flight.wait(task));
    Ok(())
}

//# wait_idle: E0599
//! expect-text: no method named `wait` found for struct `crosscall::csd::Idle`
//! Waiting for a call that is not queued would never end: the right to queue
//! has no `wait()`.
//! pass: A call that was queued ends.
pub fn run<P: CsdPointer>(idle: Idle<P>, task: &TaskContext, cpu: CpuId) -> Result {
    drop(idle.wait(task)); //[fail]
    drop(idle.call_on(cpu)?.wait(task)); //[pass]
    Ok(())
}

//# wait_shared: E0507
//! Two tasks that wait for one run would both own its result.
//! pass: The task that waits owns the right to wait.
pub fn wait<P: CsdPointer>(in_flight: &InFlight<P>, task: &TaskContext) -> Idle<P> { //[fail]
pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) -> Idle<P> { //[pass]
    in_flight.wait(task).0
}

//# wait_in_callback: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! A callback that waits sleeps with interrupts off: it cannot capture the
//! right to sleep.
//! pass: It may ask whether a call has ended.
pub fn nest<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext, cpu: CpuId) -> Result {
    let mut in_flight = Some(in_flight);
    csd::call(task, cpu, |_| {
        drop(in_flight.take().map(|call| call.wait(task))); //[fail]
        drop(in_flight.take().map(|call| call.try_wait())); //[pass]
    })?;
    Ok(())
}

//# wait_with_irqs_off: E0308
//! The token of a callback is not the right to sleep.
//! pass: With interrupts off one may ask whether a call has ended.
pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, cx: &IrqsOff) {
    drop(in_flight.wait(cx)); //[fail]
    drop(in_flight.try_wait()); //[pass]
}

//# use_after_try_wait: E0382
//! A wait that does not block may have ended the call: whether there is still a
//! right to wait is known from its result only.
//! pass: The error of a wait that was too early is the token.
pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) {
    if let Err(_in_flight) = in_flight.try_wait() { //[fail]
    if let Err(in_flight) = in_flight.try_wait() { //[pass]
        let _ = in_flight.wait(task);
    }
}

//# use_after_wait_timeout: E0382
//! A wait with a timeout may have ended the call: whether there is still a
//! right to wait is known from its result only.
//! pass: The error of a wait that has timed out holds the token.
pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) {
    if let Err(_timed_out) = in_flight.wait_timeout(task, 1) { //[fail]
        let _ = in_flight.wait(task); //[fail]
    if let Err(timed_out) = in_flight.wait_timeout(task, 1) { //[pass]
        let _ = timed_out.in_flight.wait(task); //[pass]
    }
}

//# timed_out_as_error: E0382
//! `?` turns a wait that has timed out into ETIMEDOUT. The token is gone with
//! it.
//! pass: The error is all that is wanted.
pub fn patient<P: CsdPointer>(call: InFlight<P>, task: &TaskContext) -> Result<Output<P>> {
    let (_idle, output) = call.wait_timeout(task, 100)?;
    drop(call); //[fail]
    Ok(output)
}

//# call_with_irqs_off: E0308
//! A call that waits for its own end, made by a callback, would sleep with
//! interrupts off.
//! pass: A task may make it.
pub fn ask(cx: &IrqsOff, cpu: CpuId) -> Result<CpuId> { //[fail]
pub fn ask(cx: &TaskContext, cpu: CpuId) -> Result<CpuId> { //[pass]
    Ok(csd::call(cx, cpu, |cx| cx.cpu())?)
}
