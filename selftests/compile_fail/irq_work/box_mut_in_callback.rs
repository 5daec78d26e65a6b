// SPDX-License-Identifier: GPL-2.0
//! expect: E0053
//! Two CPUs may run the callback at once, and others have the object too: it
//! must not get a mutable reference.
//! pass: A sole owner shares it with its callbacks.

include!("common/names.rs");

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&mut Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {} //[pass]
}
