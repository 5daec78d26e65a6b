// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: `Doorbell` has not declared which of its fields is its irq_work
//! expect-text: `impl_has_irq_work! { impl HasIrqWork for Doorbell { self.work } }`
//!
//! An object that has an irq_work says which of its fields it is.

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

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}
