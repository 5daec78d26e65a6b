// SPDX-License-Identifier: GPL-2.0

//! A static object can be swapped before it is one, and never after.

use core::mem;
use crosscall::{
    context::IrqsOff,
    impl_has_irq_work,
    irq_work::{
        Context,
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
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &Context<Hard>) {}
}

impl Doorbell {
    pub const fn new() -> Self {
        Self {
            work: IrqWork::new_static(),
        }
    }
}

pub fn swap(a: &mut Doorbell, b: &mut Doorbell) {
    mem::swap(a, b);
}
