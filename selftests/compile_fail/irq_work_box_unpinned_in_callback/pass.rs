// SPDX-License-Identifier: GPL-2.0

//! The pin is there to be looked through.

use crosscall::{
    context::IrqsOff,
    impl_has_irq_work,
    irq_work::{
        Exclusive,
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
    type Pointer = Exclusive<Self>;

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) {
        *this.project().rung += 1;
    }
}
