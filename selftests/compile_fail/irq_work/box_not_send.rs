// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `*mut ()` cannot be sent between threads safely
//! The object is dropped by a workqueue, on any CPU: that it may be shared is
//! not enough.
//! pass: It must be allowed to be sent as well.

include!("common/names.rs");

pub struct Bound(PhantomData<*mut ()>);

// SAFETY: There is nothing in it.
unsafe impl Sync for Bound {}

// SAFETY: As above. //[pass]
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

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}
