// SPDX-License-Identifier: GPL-2.0
//! expect: E0119
//! An object that has two irq_works must not give both: the one that is queued
//! would not be the one that the crate waits for.
//! pass: It has one.

include!("common/names.rs");

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    #[pin]
    pub other: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.other } //[fail]
} //[fail]

impl_has_irq_work! { //[fail]
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
