// SPDX-License-Identifier: GPL-2.0

//! expect: E0477
//!
//! Outside a scope the object must own what it uses, or share what is there for good.

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
        atomic::Atomic,
        Arc,
        ArcBorrow, //
    },
};

#[pin_data]
pub struct Doorbell<'a> {
    #[pin]
    work: IrqWork<Self>,
    pub rung: &'a Atomic<u32>,
}

impl_has_irq_work! {
    impl{'a} HasIrqWork for Doorbell<'a> { self.work }
}

impl<'a> IrqWorkCallback for Doorbell<'a> {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
