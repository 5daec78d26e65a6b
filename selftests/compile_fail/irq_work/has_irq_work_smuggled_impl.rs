// SPDX-License-Identifier: GPL-2.0
//! expect: E0277 uncoded
//! What stands for generics cannot be more than that: this would be `unsafe
//! impl Send for NotMine`, without a word of `unsafe` in the client.
//! pass: There are none.

include!("common/names.rs");

pub struct NotMine(pub *mut u8);

#[pin_data]
pub struct Sampler {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl{> Send for NotMine {} #[cfg(any())] impl<T} HasIrqWork for Sampler { self.work } //[fail]
    impl{} HasIrqWork for Sampler { self.work } //[pass]
}

impl IrqWorkCallback for Sampler {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}
