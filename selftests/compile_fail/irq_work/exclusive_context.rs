// SPDX-License-Identifier: GPL-2.0
//! expect: E0053
//! An exclusive callback must not take the context by which others queue
//! themselves.
//! pass: It takes the token of its mode.

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
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {} //[pass]
}
