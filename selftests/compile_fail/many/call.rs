// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# call_twice: E0382
//! Calling again before the call has ended would corrupt the lists of its CPUs.
//! pass: Waiting gives the right to call back.
pub fn twice(task: &TaskContext) -> Result {
    let idle = many::new(|cx| cx.cpu(), GFP_KERNEL)?;
    let _in_flight = idle.call_all()?; //[fail]
    let idle = idle.call_all()?.wait(task).into_idle(); //[pass]
    drop(idle.call_all()?);
    Ok(())
}

//# wait_twice: E0382
//! A wait gives the results: a second wait has nothing to wait for.
//! pass: A wait that gives up after a while gives the right to wait back.
pub fn twice<C: Callback>(call: InFlight<C>, task: &TaskContext) {
    drop(call.wait(task)); //[fail]
    let Err(call) = call.try_wait() else { return }; //[pass]
    drop(call.wait(task));
}

//# clone_idle: E0599
//! Two rights to call would be two calls at once.
//! pass: What is cloned here is the callback.
pub fn two<C: Callback>(idle: Idle<C>) { //[fail]
pub fn two<C: Callback + Clone>(idle: Idle<C>) { //[pass]
    drop(idle.clone());
    drop(idle);
}

//# ignore_in_flight: unused_must_use
//! A caller that gives up the results should say so.
//! pass: The caller says so.
pub fn call(idle: Idle<impl Callback>) -> Result {
    idle.call_all()?; //[fail]
    drop(idle.call_all()?); //[pass]
    Ok(())
}

//# callback_mut_in_flight: E0596
//! The callbacks of all CPUs share it while the call is in flight.
//! pass: No CPU runs the callback before or after the call.
pub fn set(idle: Idle<impl Callback>, other: impl Callback) -> Result {
    fn replace<C: Callback>(place: &mut C) {}
    let mut call = idle.call_all()?; //[fail]
    let mut call = idle; //[pass]
    replace(&mut *call);
    Ok(())
}

//# callback_borrows: E0373
//! The call may outlive the frame that it is made in.
//! pass: It owns what it uses.
pub fn call(number: u32) -> Result {
    drop(many::new(|_| number, GFP_KERNEL)?.call_all()?); //[fail]
    drop(many::new(move |_| number, GFP_KERNEL)?.call_all()?); //[pass]
    Ok(())
}

//# callback_mutates: E0594
//! Several CPUs run it at once: it cannot write to what they share.
//! pass: Each CPU has a result of its own.
pub fn count() -> Result {
    let mut runs = 0u32;
    drop(many::new(move |_| runs += 1, GFP_KERNEL)?); //[fail]
    drop(many::new(move |_| runs + 1, GFP_KERNEL)?); //[pass]
    Ok(())
}

//# callback_not_send: E0277
//! expect-text: cannot be sent between threads safely
//! The callback is dropped by the task that waits, or by the reaper.
//! pass: The callback is `Send`.
pub fn call(callback: impl Fn(&IrqsOff) + Sync + 'static) -> Result { //[fail]
pub fn call(callback: impl Fn(&IrqsOff) + Send + Sync + 'static) -> Result { //[pass]
    drop(many::new(callback, GFP_KERNEL)?);
    Ok(())
}

//# callback_not_sync: E0277
//! expect-text: cannot be shared between threads safely
//! It runs on several CPUs at once: what they share must be `Sync`.
//! pass: It is.
pub fn call(callback: impl Fn(&IrqsOff) + Send + 'static) -> Result { //[fail]
pub fn call(callback: impl Fn(&IrqsOff) + Send + Sync + 'static) -> Result { //[pass]
    drop(many::new(callback, GFP_KERNEL)?);
    Ok(())
}

//# condition_waits: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! The condition is asked with preemption off, and must not wait.
//! pass: What it has waited for before it may use.
pub fn call<C: Callback>(idle: Idle<C>, task: &TaskContext, first: CpuId) -> Result {
    let is_free = || csd::call(task, first, |_| true).is_ok(); //[fail]
    let answer = csd::call(task, first, |_| true).is_ok(); //[pass]
    let is_free = || answer; //[pass]
    drop(idle.call_if(|cpu| cpu == first && is_free())?);
    Ok(())
}

//# context_escapes: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//! That interrupts are off holds in the callback alone.
//! pass: Which CPU it was holds for ever.
pub fn ask() -> Result {
    drop(many::new(|cx: &IrqsOff| cx, GFP_KERNEL)?); //[fail]
    drop(many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?); //[pass]
    Ok(())
}

//# early_result_kept: E0505
//! The wait for all CPUs may take the results away.
//! pass: An early result may be read until then.
pub fn first<C: Callback<Output = u32>>(mut call: InFlight<C>, task: &TaskContext) -> u32 {
    let Some((_, first)) = call.wait_any(task) else { //[fail]
    let Some((_, &first)) = call.wait_any(task) else { //[pass]
        return 0;
    };
    drop(call.wait(task));
    *first //[fail]
    first //[pass]
}

//# idle_of_subtype: E0308
//! A call runs the callback that it was made of, and has room for its results.
//! It must not be taken for that of another type, not even a supertype, which
//! may have other results.
//! pass: As it is.
pub struct Ask<F>(PhantomData<F>);

impl<F: Send + Sync + 'static> Callback for Ask<F> {
    type Output = ();

    fn run(&self, _cx: &IrqsOff) {}
}

pub type Sub = Ask<for<'a> fn(&'a u8)>;
pub type Super = Ask<fn(&'static u8)>;

pub fn cast(call: Idle<Sub>) -> Idle<Super> { //[fail]
pub fn cast(call: Idle<Sub>) -> Idle<Sub> { //[pass]
    call
}

//# result_kept: E0505
//! The next call writes its results over those of the last one.
//! pass: They can be moved out.
pub fn again<C: Callback<Output = KBox<u32>>>(mut done: Done<C>) -> Result<u32> {
    let first = done.iter().next().ok_or(EIO)?.1?; //[fail]
    let first = done.drain().next().ok_or(EIO)?.1?; //[pass]
    drop(done.into_idle().call_all()?);
    Ok(**first) //[fail]
    Ok(*first) //[pass]
}

//# result_not_send: E0277
//! expect-text: cannot be sent between threads safely
//! A result comes from another CPU.
//! pass: A number may.
pub fn ask() -> Result {
    drop(many::new(|_| core::ptr::null_mut::<u32>(), GFP_KERNEL)?); //[fail]
    drop(many::new( //[pass]
        |_| core::ptr::null_mut::<u32>() as usize, //[pass]
        GFP_KERNEL, //[pass]
    )?); //[pass]
    Ok(())
}

//# results_in_flight: E0599
//! CPUs have yet to write their results.
//! pass: They have written them.
pub fn sum<C: Callback<Output = u32>>(call: InFlight<C>, task: &TaskContext) -> u32 {
    call.iter().filter_map(|(_, result)| result.ok()).sum() //[fail]
    call.wait(task) //[pass]
        .iter() //[pass]
        .filter_map(|(_, result)| result.ok()) //[pass]
        .sum() //[pass]
}

//# results_not_sync: E0277
//! expect-text: cannot be shared between threads safely
//! Sharing the end of a call shares its results.
//! pass: The call in flight gives no results.
pub fn share<T: Send + 'static>(done: &Done<fn(&IrqsOff) -> T>) { //[fail]
pub fn share<T: Send + 'static>(done: &InFlight<fn(&IrqsOff) -> T>) { //[pass]
    fn shared(_: impl Send) {}
    shared(done)
}

//# wait_in_callback: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! A callback that waits sleeps with interrupts off: it cannot capture the
//! right to sleep.
//! pass: It may look.
pub fn nest<C: Callback>(call: InFlight<C>, task: &TaskContext, cpu: CpuId) -> Result {
    let mut call = Some(call);
    crosscall::csd::call(task, cpu, |_| {
        drop(call.take().map(|call| call.wait(task))); //[fail]
        drop(call.take().map(|call| call.try_wait().ok())); //[pass]
    })?;
    Ok(())
}

//# token_in_device: E0277
//! A device that keeps the tokens of a call whose callback knows it is no more
//! `Send` than the rest of it.
//! pass: A callback knows its device, which keeps the tokens of the call.
#[pin_data]
pub struct Device {
    #[pin]
    idle: Mutex<Option<Idle<Flush<Device>>>>,
    #[pin]
    in_flight: Mutex<Option<InFlight<Flush<Device>>>>,
    #[pin]
    done: Mutex<Option<Done<Flush<Device>>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

pub struct Flush<D: Send + Sync>(pub Arc<D>);

impl<D: Send + Sync + 'static> Callback for Flush<D> {
    type Output = Arc<D>;

    fn run(&self, _cx: &IrqsOff) -> Arc<D> {
        self.0.clone()
    }
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
