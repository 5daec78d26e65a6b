// SPDX-License-Identifier: GPL-2.0

//! A static is.

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
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &Context<Hard>) {}
}

pub fn ring() -> Result {
    static DOORBELL: Doorbell = Doorbell {
        work: IrqWork::new_static(),
    };
    Handle::from(&DOORBELL).queue()?;
    Ok(())
}
