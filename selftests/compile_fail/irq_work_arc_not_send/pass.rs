// SPDX-License-Identifier: GPL-2.0

//! It must be allowed to be sent as well.

use core::marker::PhantomData;
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

pub struct Bound(PhantomData<*mut ()>);

// SAFETY: There is nothing in it.
unsafe impl Sync for Bound {}

// SAFETY: As above.
unsafe impl Send for Bound {}

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub bound: Bound,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
