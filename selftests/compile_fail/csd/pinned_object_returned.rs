// SPDX-License-Identifier: GPL-2.0
//! expect: uncoded
//! expect-text: lifetime may not live long enough
//! The mutable reference that a callback gets to its object must not outlive
//! the callback.
//! pass: What it reads may.

include!("common/names.rs");

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: u32,
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = Pin<&'static mut Self>; //[fail]
    type Output = u32; //[pass]

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> Self::Output {
        this //[fail]
        this.samples //[pass]
    }
}
