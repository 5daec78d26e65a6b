// SPDX-License-Identifier: GPL-2.0
//! expect: E0588
//! C writes to an irq_work with aligned accesses, and the crate makes
//! references to it.
//! pass: It has its place.

include!("common/names.rs");

#[repr(C, packed)] //[fail]
#[repr(C)] //[pass]
pub struct Doorbell {
    pub flag: u8,
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
