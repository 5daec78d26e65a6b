// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! An irq_work of zero bytes has no function to call.
//! pass: Fields that may be zero can be.

include!("common/names.rs");

#[derive(Zeroable)] //[fail]
#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Doorbell>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
