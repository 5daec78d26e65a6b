// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! The object of a box may be taken back when the callback has returned.
//! pass: The callback works for any lifetime.

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

    fn run(_this: Pin<&'static Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {} //[pass]
}
