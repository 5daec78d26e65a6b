// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! An irq_work for objects of another type would run their callback on this
//! one.
//! pass: The irq_work is for the object that it is in.

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
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

#[pin_data]
pub struct Other {
    #[pin]
    work: IrqWork<Doorbell>, //[fail]
    work: IrqWork<Self>, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Other { self.work }
}

impl IrqWorkCallback for Other {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
