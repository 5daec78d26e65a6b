// SPDX-License-Identifier: GPL-2.0
//! expect: E0053
//! An exclusive callback must not take the token of another mode than its own.
//! pass: It takes its own.

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
    type Mode = Lazy;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {} //[fail]
    fn run(_this: Pin<&mut Self>, _cx: &ThreadedOnRt) {} //[pass]
}
