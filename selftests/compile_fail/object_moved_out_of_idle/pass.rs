// SPDX-License-Identifier: GPL-2.0

//! It can be looked at in place.

use crosscall::{
    context::IrqsOff,
    csd::{
        Csd,
        CsdCallback,
        Idle, //
    },
    impl_has_csd, //
};
use kernel::prelude::*;

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
    let sampler = &*idle;
    sampler.samples
}
