// SPDX-License-Identifier: GPL-2.0
//! expect: E0053
//! A callback must not take the context of another mode than its own.
//! pass: It takes its own.

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
    type Mode = Normal;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Normal>) {} //[pass]
}
