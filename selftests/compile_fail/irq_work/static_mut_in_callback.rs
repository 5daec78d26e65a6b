// SPDX-License-Identifier: GPL-2.0
//! expect: E0053
//! Two CPUs may run the callback at once, and others have the object too: it
//! must not get a mutable reference.
//! pass: It gets the same reference as everybody.

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
    type Pointer = &'static Self;

    fn run(_this: &'static mut Self, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: &'static Self, _cx: &Context<Hard>) {} //[pass]
}
