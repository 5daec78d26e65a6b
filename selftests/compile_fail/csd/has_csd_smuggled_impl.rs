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
    csd: Csd<Self>,
}

impl_has_csd! {
    impl{> Send for NotMine {} #[cfg(any())] impl<T} HasCsd for Sampler { self.csd } //[fail]
    impl{} HasCsd for Sampler { self.csd } //[pass]
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
