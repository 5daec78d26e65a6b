// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! An object moved out of its pinned box would leave the registry and the csd
//! pointing to where it was.
//! pass: It can be looked at in place.

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

pub fn open(idle: Idle<Pin<KBox<Sampler>>>) -> u32 {
    let sampler = *idle; //[fail]
    let sampler = &*idle; //[pass]
    sampler.samples
}
