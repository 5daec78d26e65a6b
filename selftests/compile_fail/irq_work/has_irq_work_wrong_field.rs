// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! A field that is no irq_work would be overwritten as one.
//! pass: The field that the macro names is the irq_work.

include!("common/names.rs");

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: u32,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.rung } //[fail]
    impl HasIrqWork for Doorbell { self.work } //[pass]
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
