// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! The context ends with the callback.
//! pass: The callback works for any lifetime.

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

    fn run(_this: ArcBorrow<'_, Self>, _cx: &'static Context<Hard>) {} //[fail]
    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {} //[pass]
}
