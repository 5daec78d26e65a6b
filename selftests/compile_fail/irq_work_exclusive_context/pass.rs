// SPDX-License-Identifier: GPL-2.0

//! It takes the token of its mode.

use crosscall::{
    context::IrqsOff,
    impl_has_irq_work,
    irq_work::{
        Context,
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
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
