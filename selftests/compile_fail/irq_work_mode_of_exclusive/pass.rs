// SPDX-License-Identifier: GPL-2.0

//! It takes its own.

use crosscall::{
    context::{
        IrqsOff,
        ThreadedOnRt, //
    },
    impl_has_irq_work,
    irq_work::{
        Exclusive,
        IrqWork,
        IrqWorkCallback,
        Lazy, //
    },
};
use kernel::prelude::*;

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Lazy;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &ThreadedOnRt) {}
}
