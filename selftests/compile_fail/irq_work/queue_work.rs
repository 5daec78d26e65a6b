// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! The irq_work in an object gives no right to queue it.
//! pass: A handle does.

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

pub fn ring(handle: &Handle<Arc<Doorbell>>) -> Result<bool> {
    handle.work.queue() //[fail]
    handle.queue() //[pass]
}
