// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! A csd for objects of another type would run their callback on this one.
//! pass: The csd is for the object that it is in.

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

#[pin_data]
pub struct Other {
    #[pin]
    csd: Csd<Sampler>, //[fail]
    csd: Csd<Self>, //[pass]
}

impl_has_csd! {
    impl HasCsd for Other { self.csd }
}

impl CsdCallback for Other {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
