// SPDX-License-Identifier: GPL-2.0
//! expect: E0271
//! The pointer that keeps the object must be to the object.
//! pass: It is to the object itself.

include!("common/names.rs");

#[pin_data]
pub struct Other {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Other { self.work }
}

impl IrqWorkCallback for Other {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

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
    type Pointer = Arc<Other>; //[fail]
    type Pointer = Arc<Self>; //[pass]

    fn run(_this: ArcBorrow<'_, Other>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {} //[pass]
}
