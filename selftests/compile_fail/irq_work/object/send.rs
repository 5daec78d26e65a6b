// SPDX-License-Identifier: GPL-2.0

include!("../common/names.rs");

//# arc_not_send: E0277
//! expect-text: `*mut ()` cannot be sent between threads safely
//! The object is dropped by a workqueue, on any CPU: that it may be shared is
//! not enough.
//! pass: It must be allowed to be sent as well.
pub struct Bound(PhantomData<*mut ()>);

// SAFETY: There is nothing in it.
unsafe impl Sync for Bound {}

// SAFETY: There is nothing in it to send. //[pass]
unsafe impl Send for Bound {} //[pass]

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub bound: Bound,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/arc.rs");

//# arc_not_sync: E0277
//! expect-text: `Cell<u32>` cannot be shared between threads safely
//! Callbacks on several CPUs, and the holders of handles, use the object at
//! once: it must be `Sync`, which a `Cell` is not.
//! pass: An atomic is.
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: Cell<u32>, //[fail]
    pub rung: Atomic<u32>, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/arc.rs");

//# box_not_send: E0277
//! expect-text: `*mut ()` cannot be sent between threads safely
//! The object is dropped by a workqueue, on any CPU: that it may be shared is
//! not enough.
//! pass: It must be allowed to be sent as well.
pub struct Bound(PhantomData<*mut ()>);

// SAFETY: There is nothing in it.
unsafe impl Sync for Bound {}

// SAFETY: There is nothing in it to send. //[pass]
unsafe impl Send for Bound {} //[pass]

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub bound: Bound,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/box.rs");

//# box_not_sync: E0277
//! expect-text: `Cell<u32>` cannot be shared between threads safely
//! Callbacks on several CPUs, and the holders of handles, use the object at
//! once: it must be `Sync`, which a `Cell` is not.
//! pass: An atomic is.
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: Cell<u32>, //[fail]
    pub rung: Atomic<u32>, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/box.rs");

//# static_not_sync: E0277
//! expect-text: `Cell<u32>` cannot be shared between threads safely
//! Callbacks on several CPUs, and the holders of handles, use the object at
//! once: it must be `Sync`, which a `Cell` is not.
//! pass: An atomic is.
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: Cell<u32>, //[fail]
    pub rung: Atomic<u32>, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

include!("../common/static.rs");

//# object_borrows: E0477
//! Outside a scope the object must own what it uses, or share what is there for
//! good.
//! pass: What is there for good may be borrowed.
#[pin_data]
pub struct Doorbell<'a> { //[fail]
pub struct Doorbell { //[pass]
    #[pin]
    work: IrqWork<Self>,
    pub rung: &'a Atomic<u32>, //[fail]
    pub rung: &'static Atomic<u32>, //[pass]
}

impl_has_irq_work! {
    impl{'a} HasIrqWork for Doorbell<'a> { self.work } //[fail]
    impl HasIrqWork for Doorbell { self.work } //[pass]
}

impl<'a> IrqWorkCallback for Doorbell<'a> { //[fail]
impl IrqWorkCallback for Doorbell { //[pass]
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
