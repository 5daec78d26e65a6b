// SPDX-License-Identifier: GPL-2.0

include!("common/names.rs");

//# object_borrowed_over_call: E0505
//! A reference into a boxed object that lives on over the queueing would see
//! the callback write.
//! pass: A copy may live on.
include!("common/sampler.rs");
include!("common/box.rs");

pub fn before(idle: Idle<Pin<KBox<Sampler>>>, cpu: CpuId) -> Result<u32> {
    let samples = &idle.samples; //[fail]
    let samples = idle.samples; //[pass]
    drop(idle.call_on(cpu)?);
    Ok(*samples) //[fail]
    Ok(samples) //[pass]
}

//# object_pinned_over_call: E0505
//! A mutable reference to a boxed object that lives on over the queueing would
//! write while the callback does.
//! pass: Writing ends before the queueing.
include!("common/sampler.rs");
include!("common/box.rs");

pub fn reset(mut idle: Idle<Pin<KBox<Sampler>>>, cpu: CpuId) -> Result {
    let sampler = idle.as_mut();
    drop(idle.call_on(cpu)?); //[fail]
    *sampler.project().samples = 0;
    drop(idle.call_on(cpu)?); //[pass]
    Ok(())
}

//# object_moved_out_of_idle: E0507
//! An object moved out of its pinned box would leave the registry and the csd
//! pointing to where it was.
//! pass: It can be looked at in place.
include!("common/sampler.rs");
include!("common/box.rs");

pub fn open(idle: Idle<Pin<KBox<Sampler>>>) -> u32 {
    let sampler = *idle; //[fail]
    let sampler = &*idle; //[pass]
    sampler.samples
}

//# object_read_in_flight: E0609
//! expect-text: no field `samples` on type `crosscall::csd::InFlight
//! While a call is in flight the callback alone has access to a boxed object:
//! the right to wait gives none.
//! pass: The right to queue does.
include!("common/sampler.rs");
include!("common/box.rs");

pub fn run(idle: Idle<Pin<KBox<Sampler>>>, task: &TaskContext, cpu: CpuId) -> Result<u32> {
    let sampler = idle.call_on(cpu)?; //[fail]
    let sampler = idle.call_on(cpu)?.wait(task).0; //[pass]
    Ok(sampler.samples)
}

//# pinned_object_returned: uncoded
//! expect-text: lifetime may not live long enough
//! The mutable reference that a callback gets to its object must not outlive
//! the callback.
//! pass: What it reads may.
include!("common/sampler.rs");

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = Pin<&'static mut Self>; //[fail]
    type Output = u32; //[pass]

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> Self::Output {
        this //[fail]
        this.samples //[pass]
    }
}

//# output_borrows_object: uncoded
//! expect-text: lifetime may not live long enough
//! A result that refers to the object would be changed by the next run under
//! the eyes of the waiter.
//! pass: A copy is the waiter's.
include!("common/sampler.rs");

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = &'static u32; //[fail]
    type Output = u32; //[pass]

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> Self::Output {
        this.project().samples //[fail]
        *this.project().samples //[pass]
    }
}

//# output_not_send: E0277
//! The result of an object's callback, too, is made on one CPU and used on
//! another.
//! pass: What is `Send` may be a result.
include!("common/sampler.rs");

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = Option<*mut u32>; //[fail]
    type Output = Option<&'static u32>; //[pass]

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) -> Self::Output {
        None
    }
}

//# object_unpinned_in_callback: E0277
//! expect-text: cannot be unpinned
//! A callback that got a plain `&mut` to its object could move the csd away
//! with `mem::swap()`.
//! pass: It gets what is behind the pin, field by field.
include!("common/sampler.rs");

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) {
        this.get_mut().samples += 1; //[fail]
        *this.project().samples += 1; //[pass]
    }
}

//# object_not_send: E0277
//! expect-text: `*mut u32` cannot be sent between threads safely
//! The callback uses a boxed object on another CPU: it must be `Send`.
//! pass: An object of fields that are `Send` is `Send`.
#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: *mut u32, //[fail]
    pub samples: &'static u32, //[pass]
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

include!("common/box.rs");

//# object_unpin: E0119
//! expect-text: conflicting implementations of trait `Unpin`
//! An object must not say that it may be moved, since its csd may not.
//! pass: Whether it may is derived from its fields.
include!("common/sampler.rs");
include!("common/box.rs");

impl Unpin for Sampler {} //[fail]

//# object_unpinned_box: E0277
//! expect-text: the trait `From<Box<T, Kmalloc>>` is not implemented for `crosscall::csd::Idle<_>`
//! A box that is not pinned can be opened, and the csd in it moved.
//! pass: A pinned box keeps its content in place.
pub fn idle<T>(object: KBox<T>) -> Idle<Pin<KBox<T>>> //[fail]
pub fn idle<T>(object: Pin<KBox<T>>) -> Idle<Pin<KBox<T>>> //[pass]
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    Idle::from(object)
}

//# object_freed_in_flight: E0382
//! Freeing a call in flight would free the node that is in the list of the
//! target CPU.
//! pass: Dropping the right to wait leaves the freeing to a workqueue, if the
//! call has yet to run.
pub fn free(cpu: CpuId) -> Result {
    let idle = csd::new(|_| (), GFP_KERNEL)?;
    let in_flight = idle.call_on(cpu)?;
    drop(idle); //[fail]
    drop(in_flight); //[pass]
    Ok(())
}

//# object_moved_in_flight: E0382
//! The storage of a call in flight must stay alive and in place: the token owns
//! the box.
//! pass: Once the call has ended the box comes back.
pub fn run<T>(object: Pin<KBox<T>>, task: &TaskContext, cpu: CpuId) -> Result<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    let in_flight = Idle::from(object).call_on(cpu)?;
    Ok(object) //[fail]
    Ok(in_flight.wait(task).0.into_inner()) //[pass]
}

//# object_of_other_type: E0277
//! expect-text: `u32` has no callback for a csd
//! expect-text: `u32` has no callback for an irq_work
//! expect-text: `u32` is not a mode of an irq_work
//! Each type says what it takes.
//! pass: The types themselves.
use crosscall::irq_work::{
    Context,
    IrqWork,
    IrqWorkCallback,
    Mode, //
};

pub fn a<T: CsdCallback>(_: Csd<u32>) {} //[fail]
pub fn b<T: IrqWorkCallback>(_: IrqWork<u32>) {} //[fail]
pub fn c<M: Mode>(_: &Context<u32>) {} //[fail]
pub fn a<T: CsdCallback>(_: Csd<T>) {} //[pass]
pub fn b<T: IrqWorkCallback>(_: IrqWork<T>) {} //[pass]
pub fn c<M: Mode>(_: &Context<M>) {} //[pass]

//# arc_as_mut: E0599
//! The right to queue a shared object must not give a mutable reference to it:
//! others have the object too.
//! pass: It gives a shared one.
include!("common/sampler.rs");
include!("common/arc.rs");

pub fn samples(idle: &mut Idle<Arc<Sampler>>) -> u32 {
    idle.as_mut().samples //[fail]
    idle.shared().samples //[pass]
}

//# arc_not_sync: E0277
//! expect-text: `Cell<u32>` cannot be shared between threads safely
//! The callback and others use a shared object at once: it must be `Sync`,
//! which a `Cell` is not.
//! pass: An atomic is.
#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: Cell<u32>, //[fail]
    pub samples: Atomic<u32>, //[pass]
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

include!("common/arc.rs");

//# arc_written_by_callback: E0594
//! The callback of a shared object must not write to it as if it were alone.
//! pass: It may write to an atomic.
#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: u32,
    pub shared: Atomic<u32>,
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {
        this.samples = 1; //[fail]
        this.shared.store(1, ordering::Relaxed); //[pass]
    }
}
