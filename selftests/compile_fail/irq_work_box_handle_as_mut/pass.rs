// SPDX-License-Identifier: GPL-2.0

//! It may be read.

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
use kernel::prelude::*;

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
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}

pub fn reset(handle: &mut Handle<Pin<KBox<Doorbell>>>) -> u32 {
    handle.rung
}
