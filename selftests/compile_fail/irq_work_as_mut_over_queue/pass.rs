// SPDX-License-Identifier: GPL-2.0

//! Before it, it may.

use crosscall::{
    context::IrqsOff,
    impl_has_irq_work,
    irq_work::{
        Exclusive,
        Hard,
        Idle,
        InFlight,
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

pub fn change(mut idle: Idle<Doorbell>) -> Result<InFlight<Doorbell>> {
    let object = idle.as_mut().project();
    *object.rung = 1;
    let in_flight = idle.queue()?;
    Ok(in_flight)
}
