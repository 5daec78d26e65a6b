// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `*mut ()` cannot be sent between threads safely
//!
//! The object is dropped by a workqueue, on any CPU: that it may be shared is not enough.

use core::marker::PhantomData;
use crosscall::{
    impl_has_irq_work,
    irq_work::{
        Context,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
};
use kernel::prelude::*;

pub struct Bound(PhantomData<*mut ()>);

// SAFETY: There is nothing in it.
unsafe impl Sync for Bound {}

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
