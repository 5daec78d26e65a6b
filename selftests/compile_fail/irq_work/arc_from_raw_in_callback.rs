// SPDX-License-Identifier: GPL-2.0
//! expect: E0133
//! Taking a reference of the handles from the borrowed object is unsafe.
//! pass: A reference of its own is one more.

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

    fn run(this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {
        drop(Arc::from_raw(&raw const *this)); //[fail]
        drop(Arc::from(this)); //[pass]
    }
}
