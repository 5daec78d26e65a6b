// SPDX-License-Identifier: GPL-2.0
//! expect: E0451
//! An irq_work that was made by hand, of the parts of another one, would be
//! queued twice.
//! pass: A work that was never queued may move.

include!("common/names.rs");

pub fn copy(work: IrqWork<Doorbell>) -> IrqWork<Doorbell> {
    IrqWork { ..work } //[fail]
    work //[pass]
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
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
