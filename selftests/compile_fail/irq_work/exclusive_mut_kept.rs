// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! What an exclusive callback gets ends with it: then the token gives the next
//! mutable reference.
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
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&'static mut Self>, _cx: &IrqsOff) {} //[fail]
    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {} //[pass]
}
