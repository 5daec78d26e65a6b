// SPDX-License-Identifier: GPL-2.0

//! A pinned one does not.

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

#[pin_data(PinnedDrop)]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
}

#[pinned_drop]
impl PinnedDrop for Doorbell {
    fn drop(self: Pin<&mut Self>) {}
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
