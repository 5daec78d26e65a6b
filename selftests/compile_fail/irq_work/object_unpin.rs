// SPDX-License-Identifier: GPL-2.0
//! expect: E0119
//! expect-text: conflicting implementations of trait `Unpin`
//! An object must not say that it may be moved, since its irq_work may not.
//! pass: Whether it may is derived from its fields.

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

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

impl Unpin for Doorbell {} //[fail]
