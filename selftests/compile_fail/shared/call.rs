// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# call_in_device: E0277
//! A device that keeps a call which knows it is no more `Send` than the rest of
//! it.
//! pass: A callback knows its device, which keeps the call.
#[pin_data]
pub struct Device {
    #[pin]
    call: Mutex<Option<Call<Serial, Bell>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

pub struct Bell(pub Arc<Device>);

// SAFETY: Nothing is done with `this`. (Closures are callbacks without `unsafe`, but the type of
// one that has captured its device cannot be named in the device.)
unsafe impl Callback<Serial> for Bell {
    unsafe fn call(_this: *mut Self, _cx: &Context<Serial>) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}

//# callback_of_other_mode: E0277
//! A callback is of one mode.
//! pass: Of its own.
pub fn make<M: Mode, F: Callback<M>>(f: F) -> impl Callback<Serial> { //[fail]
pub fn make<M: Mode, F: Callback<M>>(f: F) -> impl Callback<M> { //[pass]
    f
}

//# capture_kept: E0521
//! expect-text: borrowed data escapes outside of closure
//! What the callback has to itself is borrowed for one run.
//! pass: Its value may be kept.
pub fn make() -> Result {
    let mut buffer = [0u8; 4];
    let mut kept = None;
    let keep = move |_: &Context<Serial>| _ = kept.replace(&mut buffer[0]); //[fail]
    let keep = move |_: &Context<Serial>| _ = kept.replace(u32::from(buffer[0])); //[pass]
    let _call = shared::serial(keep, GFP_KERNEL)?;
    Ok(())
}

//# context_kept: E0308
//! The context ends with the run.
//! pass: The callback works for any lifetime.
pub fn make() -> Result {
    fn run(_cx: &'static Context<Serial>) {} //[fail]
    fn run(_cx: &Context<Serial>) {} //[pass]

    let run: fn(&Context<Serial>) = run;
    let _call = shared::serial(run, GFP_KERNEL)?;
    Ok(())
}

//# mode_by_hand: E0277
//! There are two modes.
//! pass: One of them.
pub struct Other;

impl Mode for Other { //[fail]
pub trait Same: Mode { //[pass]
    const SERIAL: bool = false;
}

//# nmi_fire: E0277
//! expect-text: `InNmi` is not a context in which an IPI may be sent
//! expect-text: `NotInNmi::new()?`
//! expect-text: `fire_here()`
//! expect-text: the trait `MaySendIpi` is not implemented for `InNmi`
//! An NMI handler may have hit the code that sends IPIs.
//! pass: Elsewhere they may be sent.
pub fn ring<F: Callback<Serial>>(call: &Call<Serial, F>, cx: &InNmi) -> Result<Fired> { //[fail]
pub fn ring<F: Callback<Serial>>(call: &Call<Serial, F>, cx: &NotInNmi) -> Result<Fired> { //[pass]
    call.fire(CpuId::current(), cx)
}

//# overlapping_attempts: E0599
//! expect-text: no method named `attempts` found
//! Attempts are not counted where runs overlap.
//! pass: A serial call counts its attempts.
pub fn make() -> Result {
    let _call = shared::new(|cx| _ = cx.attempts(), GFP_KERNEL)?; //[fail]
    let _call = shared::serial(|cx| _ = cx.attempts(), GFP_KERNEL)?; //[pass]
    Ok(())
}

//# overlapping_fn_mut: E0594
//! Runs that overlap must not write to the captures.
//! pass: A serial call may.
pub fn make() -> Result {
    let mut count = 0;
    let _call = shared::new(move |_| count += 1, GFP_KERNEL)?; //[fail]
    let _call = shared::serial(move |_| count += 1, GFP_KERNEL)?; //[pass]
    Ok(())
}

//# overlapping_not_sync: E0277
//! expect-text: `Cell<i32>` cannot be shared between threads safely
//! Runs that overlap use the captures at once, which must be `Sync`: a `Cell`
//! is not.
//! pass: A serial call has them to itself.
pub fn make() -> Result {
    let count = Cell::new(0);
    let _call = shared::new(move |_| count.set(count.get() + 1), GFP_KERNEL)?; //[fail]
    let _call = shared::serial(move |_| count.set(count.get() + 1), GFP_KERNEL)?; //[pass]
    Ok(())
}

//# serial_not_send: E0277
//! A serial callback still runs on any CPU, and is dropped on another one.
//! pass: What may be sent may be captured.
pub fn make(owned: NotInNmi) -> Result { //[fail]
pub fn make(owned: KBox<u8>) -> Result { //[pass]
    let _call = shared::serial(move |_| _ = &owned, GFP_KERNEL)?;
    Ok(())
}

//# sync_in_callback: E0277
//! expect-text: appears within the type `TaskContext`
//! A callback cannot capture the right to sleep.
//! pass: It may fire another call.
pub fn nest<F: Callback<Serial>>(other: Call<Serial, F>, task: TaskContext) -> Result {
    let _call = shared::serial(move |_| other.sync(&task), GFP_KERNEL)?; //[fail]
    let _call = shared::serial(move |_| assert!(other.fire_here().is_ok()), GFP_KERNEL)?; //[pass]
    Ok(())
}

//# sync_with_context: E0308
//! The callback's context is no right to sleep.
//! pass: It is one to send interrupts.
pub fn nest<F: Callback<Serial>>(other: Call<Serial, F>) -> Result {
    let _call = shared::serial(move |cx| other.sync(cx), GFP_KERNEL)?; //[fail]
    let _call = shared::serial( //[pass]
        move |cx| assert!(other.fire(cx.cpu(), cx).is_ok()), //[pass]
        GFP_KERNEL, //[pass]
    )?; //[pass]
    Ok(())
}

//# unscoped_borrow: E0597
//! The call may outlive its maker: a callback borrows nothing.
//! pass: It may share.
pub fn make() -> Result {
    let count = Atomic::<u64>::new(0); //[fail]
    let its = &count; //[fail]
    let count = Arc::new(Atomic::<u64>::new(0), GFP_KERNEL)?; //[pass]
    let its = count.clone(); //[pass]
    let _call = shared::serial(move |cx| its.store(cx.attempts(), Relaxed), GFP_KERNEL)?;
    Ok(())
}
