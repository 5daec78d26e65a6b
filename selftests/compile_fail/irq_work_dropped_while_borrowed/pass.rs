// SPDX-License-Identifier: GPL-2.0

//! The borrow has ended before.

use crosscall::{
    impl_has_irq_work,
    irq_work::{
        Context,
        Handle,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
};

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
    let rung = &handle.rung.clone();
    drop(handle);
    *rung
}
