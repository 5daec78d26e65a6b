// SPDX-License-Identifier: GPL-2.0

//! The borrow has ended before.

use crosscall::{
    context::TaskContext,
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

pub fn take(handle: Handle<Pin<KBox<Doorbell>>>, task: &TaskContext) -> u32 {
    let rung = &handle.rung.clone();
    drop(handle.into_inner(task));
    *rung
}
