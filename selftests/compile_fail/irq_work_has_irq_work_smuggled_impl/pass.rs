// SPDX-License-Identifier: GPL-2.0

//! There are none.

use core::pin::Pin;
use crosscall::{
    impl_has_irq_work,
    irq_work::{
        Context,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
};
use kernel::prelude::*;

pub struct NotMine(pub *mut u8);

#[pin_data]
pub struct Sampler {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl{} HasIrqWork for Sampler { self.work }
}

impl IrqWorkCallback for Sampler {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}
