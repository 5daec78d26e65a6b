// SPDX-License-Identifier: GPL-2.0
//! expect: E0492
//! A reference in a constant is to read-only memory.
//! pass: One to a static is not.

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

    fn run(_this: &'static Self, _cx: &Context<Hard>) {}
}

pub const DOORBELL: &Doorbell = &Doorbell { //[fail]
pub static DOORBELL: Doorbell = Doorbell { //[pass]
    work: IrqWork::new_static(),
};
