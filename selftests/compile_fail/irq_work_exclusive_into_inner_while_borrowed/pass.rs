// SPDX-License-Identifier: GPL-2.0

//! The borrow has ended before.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    impl_has_irq_work,
    irq_work::{
        Exclusive,
        Hard,
        Idle,
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
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

pub fn take(idle: Idle<Doorbell>, task: &TaskContext) -> u32 {
    let rung = &idle.rung.clone();
    drop(idle.into_inner(task));
    *rung
}
