// SPDX-License-Identifier: GPL-2.0
//! expect: E0119
//! expect-text: conflicting implementations of trait `Unpin`
//! An object must not say that it may be moved, since its csd may not.
//! pass: Whether it may is derived from its fields.

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
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

impl Unpin for Sampler {} //[fail]
