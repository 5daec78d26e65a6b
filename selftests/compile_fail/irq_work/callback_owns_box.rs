// SPDX-License-Identifier: GPL-2.0
//! expect: E0053
//! A callback that owned the object would free it under the C code that called
//! back.
//! pass: It gets a reference.

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

    fn run(_this: Pin<KBox<Self>>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {} //[pass]
}
