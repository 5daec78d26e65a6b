// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! A field that is no csd would be overwritten as one.
//! pass: The field that the macro names is the csd.

include!("common/names.rs");

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: u32,
}

impl_has_csd! {
    impl HasCsd for Sampler { self.samples } //[fail]
    impl HasCsd for Sampler { self.csd } //[pass]
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
