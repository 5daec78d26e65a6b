// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! A field that is no csd would be overwritten as one.

use crosscall::{
    context::IrqsOff,
    csd::{
        Csd,
        CsdCallback, //
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
    impl HasCsd for Sampler { self.samples }
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
