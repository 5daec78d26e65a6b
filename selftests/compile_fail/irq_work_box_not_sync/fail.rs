// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `Cell<u32>` cannot be shared between threads safely
//!
//! Callbacks on several CPUs, and the holders of handles, use the object at once: it must be
//! `Sync`, which a `Cell` is not.

use core::cell::Cell;
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
    sync::atomic::Atomic, //
};

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: Cell<u32>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}
