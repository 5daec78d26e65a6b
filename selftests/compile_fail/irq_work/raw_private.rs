// SPDX-License-Identifier: GPL-2.0
//! expect: E0616
//! The field by which the crate queues is not for clients.
//! pass: Theirs are.

include!("common/names.rs");

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: u32,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

pub fn raw(handle: &Handle<Arc<Doorbell>>) {
    _ = &handle.work.raw; //[fail]
    _ = &handle.rung; //[pass]
}
