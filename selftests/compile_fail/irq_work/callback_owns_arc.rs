// SPDX-License-Identifier: GPL-2.0
//! expect: E0053
//! The reference that keeps the object is that of the handles. A callback that
//! got it could drop it, once for each run.
//! pass: The callback borrows it.

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

    fn run(_this: Arc<Self>, _cx: &Context<Hard>) {} //[fail]
    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {} //[pass]
}
