// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `Sampler` has not declared which of its fields is its csd
//! expect-text: `impl_has_csd! { impl HasCsd for Sampler { self.csd } }`
//! An object that has a csd says which of its fields it is.
//! pass: It is `csd`.

include!("common/names.rs");

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
}

impl_has_csd! { //[pass]
    impl HasCsd for Sampler { self.csd } //[pass]
} //[pass]

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
