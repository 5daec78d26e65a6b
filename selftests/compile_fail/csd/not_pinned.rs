// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A csd and its place in the registry must not move: a field that is not
//! marked as pinned cannot be initialised.
//! pass: One that is marked can.

include!("common/names.rs");

#[pin_data]
pub struct Sampler {
    #[pin] //[pass]
    csd: Csd<Self>,
}

impl Sampler {
    pub fn new() -> impl PinInit<Self> {
        pin_init!(Self { csd <- Csd::new() })
    }
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
