// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `Doorbell` has not declared which of its fields is its irq_work
//! expect-text: `impl_has_irq_work! { impl HasIrqWork for Doorbell { self.work } }`
//! An object that has an irq_work says which of its fields it is.
//! pass: It is `work`.

include!("common/names.rs");

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! { //[pass]
    impl HasIrqWork for Doorbell { self.work } //[pass]
} //[pass]

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
