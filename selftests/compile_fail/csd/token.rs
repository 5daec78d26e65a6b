// SPDX-License-Identifier: GPL-2.0

//# queue_twice: E0382
//! Queueing a call that is in flight corrupts the list of the target CPU in C.
//! Here `call_on()` consumes the right to queue.
//! pass: Waiting gives the right to queue back.
include!("common/names.rs");

pub fn twice(task: &TaskContext, cpu: CpuId) -> Result {
    let idle = csd::new(|_| (), GFP_KERNEL)?;
    let _in_flight = idle.call_on(cpu)?; //[fail]
    let (idle, ()) = idle.call_on(cpu)?.wait(task); //[pass]
    let (_idle, ()) = idle.call_on(cpu)?.wait(task);
    Ok(())
}

//# queue_in_flight: E0599
//! expect-text: no method named `call_on` found for struct `InFlight`
//! The right to wait is not the right to queue: a call in flight has no
//! `call_on()`.
//! pass: Once the call has ended it can be queued again.
include!("common/names.rs");

pub fn again(task: &TaskContext, cpu: CpuId) -> Result {
    let in_flight = csd::new(|_| (), GFP_KERNEL)?.call_on(cpu)?;
    let (_idle, ()) = in_flight.call_on(cpu)?.wait(task); //[fail]
    let (_idle, ()) = in_flight.wait(task).0.call_on(cpu)?.wait(task); //[pass]
    Ok(())
}

//# queue_shared: E0507
//! Two CPUs that queue one call race with each other in the plain test-then-set
//! of `smp_call_function_single_async()`. A shared reference to the right does
//! not do.
//! pass: The caller that queues owns the right.
include!("common/names.rs");

pub fn queue<P: CsdPointer>(idle: &Idle<P>, cpu: CpuId) -> Result<InFlight<P>> { //[fail]
pub fn queue<P: CsdPointer>(idle: Idle<P>, cpu: CpuId) -> Result<InFlight<P>> { //[pass]
    Ok(idle.call_on(cpu)?)
}

//# clone_idle: E0599
//! expect-text: no method named `clone` found
//! A copy of the right to queue would be a second one for the same csd.
//! pass: Each call has a csd of its own, and a right of its own.
include!("common/names.rs");

pub fn two() -> Result {
    let one = csd::new(|_| (), GFP_KERNEL)?;
    let two = one.clone(); //[fail]
    let two = csd::new(|_| (), GFP_KERNEL)?; //[pass]
    let _ = (one, two);
    Ok(())
}

//# clone_in_flight: E0599
//! expect-text: no method named `clone` found
//! A copy of the right to wait would take the result out twice.
//! pass: A right to wait is moved, not copied.
include!("common/names.rs");

pub fn waiter<P: CsdPointer>(in_flight: InFlight<P>) -> InFlight<P> {
    in_flight.clone() //[fail]
    in_flight //[pass]
}

//# use_after_refusal: E0382
//! Whether a call was refused, so that it may be queued elsewhere, is known
//! from the result of `call_on()` only.
//! pass: A refusal gives the right to queue back.
include!("common/names.rs");

pub fn queue<P: CsdPointer>(idle: Idle<P>, one: CpuId, other: CpuId) -> Result<InFlight<P>> {
    match idle.call_on(one) {
        Ok(in_flight) => Ok(in_flight),
        Err(_refused) => Ok(idle.call_on(other)?), //[fail]
        Err(refused) => Ok(refused.token.call_on(other)?), //[pass]
    }
}

//# ignore_refusal: unused_must_use
//! expect-text: this `Result` may be an `Err` variant
//! A refused call has not run: ignoring that loses it.
//! pass: The caller says what it does about a refusal.
include!("common/names.rs");

pub fn fire(cpu: CpuId) -> Result {
    let idle = csd::new(|_| (), GFP_KERNEL)?;
    idle.call_on(cpu); //[fail]
    drop(idle.call_on(cpu)?); //[pass]
    Ok(())
}

//# ignore_idle: unused_must_use
//! expect-text: dropping this drops the call
//! What comes back from a wait owns the call, which should not be freed by
//! accident.
//! pass: Freeing it on purpose is fine.
include!("common/names.rs");

pub fn wait<P: CsdPointer>(in_flight: InFlight<P>, task: &TaskContext) {
    in_flight.wait(task).0; //[fail]
    drop(in_flight.wait(task).0); //[pass]
}

//# ignore_in_flight: unused_must_use
//! expect-text: dropping this gives up the result
//! Dropping the right to wait gives up the result, which should not happen by
//! accident.
//! pass: Dropping it on purpose is fine: the call runs, and a workqueue frees
//! it.
include!("common/names.rs");

pub fn fire(cpu: CpuId) -> Result {
    csd::new(|_| (), GFP_KERNEL)?.call_on(cpu)?; //[fail]
    drop(csd::new(|_| (), GFP_KERNEL)?.call_on(cpu)?); //[pass]
    Ok(())
}

//# forge_idle: E0308 uncoded
//! expect-text: cannot construct `crosscall::csd::Idle<_>` with struct literal syntax
//! A right to queue that did not come from the call itself could be a second
//! one.
//! pass: A pinned box is the only pointer to its object, and becomes the only
//! right to queue it.
include!("common/names.rs");

pub fn forge<T>(pointer: Pin<KBox<T>>) -> Idle<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    Idle { //[fail]
        pointer: core::mem::ManuallyDrop::new(pointer), //[fail]
    } //[fail]
    Idle::from(pointer) //[pass]
}

//# forge_in_flight: E0451 uncoded
//! expect-text: of struct `crosscall::csd::InFlight` is private
//! A right to wait for a call that is not in flight would read a result that
//! was never written: no client can make one.
//! pass: It comes from queueing.
include!("common/names.rs");

/// A value for a field whose type cannot be named.
pub fn conjure<T>() -> T {
    loop {}
}

pub fn forge<P: CsdPointer>(idle: Idle<P>, cpu: CpuId) -> Result<InFlight<P>> {
    Ok(InFlight { //[fail]
        object: conjure(), //[fail]
        _owns: conjure(), //[fail]
    }) //[fail]
    Ok(idle.call_on(cpu)?) //[pass]
}

//# forge_idle_from_pointer: E0624
//! The unsafe constructor of the right to queue is private, so that not even
//! unsafe code of a client makes a second one.
//! pass: The public constructor takes a unique pointer.
include!("common/names.rs");

pub fn forge<T>(pointer: Pin<KBox<T>>) -> Idle<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    unsafe { Idle::from_pointer(pointer) } //[fail]
    Idle::from(pointer) //[pass]
}

//# token_of_other_type: E0277
//! expect-text: an object cannot be sent to another CPU by a `u32`
//! expect-text: expected `Pin<KBox<T>>` or `Arc<T>`
//! expect-text: an object behind a `u32` has no `Handle`
//! Each type says what it takes.
//! pass: The types themselves.
include!("common/names.rs");

use crosscall::irq_work::{
    pointer::SharedPointer,
    Handle, //
};

pub fn a<P: CsdPointer>(_: csd::Idle<u32>) {} //[fail]
pub fn b<P: SharedPointer>(_: Handle<u32>) {} //[fail]
pub fn a<P: CsdPointer>(_: csd::Idle<P>) {} //[pass]
pub fn b<P: SharedPointer>(_: Handle<P>) {} //[pass]

//# internals_private: E0603
//! expect-text: module `raw` is private
//! The csd, without its callback's type, would let a client queue a call whose
//! token another function holds.
//! pass: Clients see the type that embeds it, which has no such method.
pub use crosscall::csd::raw::RawCsd as Csd; //[fail]
pub use crosscall::csd::Csd; //[pass]

//# arc_second_token: E0277
//! expect-text: the trait `From<Arc<T>>` is not implemented for `crosscall::csd::Idle<_>`
//! A right to queue that was made from an `Arc`, which others may have too,
//! could be the second one for its csd.
//! pass: A `UniqueArc` is the only reference, so that no token holds another
//! one.
include!("common/names.rs");

pub fn idle<T>(object: Arc<T>) -> Idle<Arc<T>> //[fail]
pub fn idle<T>(object: Pin<UniqueArc<T>>) -> Idle<Arc<T>> //[pass]
where
    T: HasCsd + CsdCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Idle::from(object)
}

//# arc_token_from_shared: E0277
//! What the holder of a token shares is the object, not the right to queue it.
//! pass: The last reference can become a token again.
include!("common/names.rs");

pub fn second<T>(idle: &Idle<Arc<T>>) -> Option<Idle<Arc<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Some(Idle::from(idle.shared())) //[fail]
    Arc::into_unique_or_drop(idle.shared()).map(Idle::from) //[pass]
}
