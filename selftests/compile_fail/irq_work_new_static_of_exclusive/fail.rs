// SPDX-License-Identifier: GPL-2.0

//! expect: E0271
//!
//! If this compiled, the swap would: the field need not be pinned, so that the object is `Unpin`,
//! and the token gives a mutable reference to it. The irq_work of `a`, which C or the registry may
//! have in a list, would then be in `b`.

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
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

impl Doorbell {
    pub const fn new() -> Self {
        Self {
            work: IrqWork::new_static(),
        }
    }
}

pub fn swap(a: &mut Idle<Doorbell>, b: &mut Idle<Doorbell>) {
    mem::swap(a.as_mut().get_mut(), b.as_mut().get_mut());
}
