// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! What a handle gives access to goes with it.
//! pass: The borrow has ended before.

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

pub fn give_up(handle: Handle<Arc<Doorbell>>) -> u32 {
    let rung = &handle.rung; //[fail]
    let rung = &handle.rung.clone(); //[pass]
    drop(handle);
    *rung
}
