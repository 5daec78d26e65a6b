// SPDX-License-Identifier: GPL-2.0

//! Other fields may.

use core::mem;
use crosscall::{
    context::IrqsOff,
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

pub fn swap(a: &mut Idle<Doorbell>, b: &mut Idle<Doorbell>) {
    mem::swap(&mut *a.as_mut().project().rung, b.as_mut().project().rung);
}
