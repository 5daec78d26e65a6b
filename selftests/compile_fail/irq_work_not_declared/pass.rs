// SPDX-License-Identifier: GPL-2.0

//! It is `work`.

use crosscall::{
    impl_has_irq_work,
    irq_work::{
        Context,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
};

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
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
