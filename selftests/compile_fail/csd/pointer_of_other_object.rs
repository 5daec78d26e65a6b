// SPDX-License-Identifier: GPL-2.0
//! expect: E0271
//! An object must be queued through a pointer to itself: its csd holds its own
//! callback.
//! pass: It is.

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
    csd: Csd<Self>,
}

impl_has_csd! {
    impl HasCsd for Other { self.csd }
}

impl CsdCallback for Other {
    type Pointer = Pin<KBox<Sampler>>; //[fail]
    type Pointer = Pin<KBox<Self>>; //[pass]
    type Output = ();

    fn run(_this: Pin<&mut Sampler>, _cx: &IrqsOff) {} //[fail]
    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {} //[pass]
}
