// SPDX-License-Identifier: GPL-2.0

//! expect: E0277 uncoded
//!
//! What stands for generics cannot be more than that: this would be `unsafe impl Send for NotMine`,
//! without a word of `unsafe` in the client.

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
    impl{> Send for NotMine {} #[cfg(any())] impl<T} HasIrqWork for Sampler { self.work }
}

impl IrqWorkCallback for Sampler {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}
