// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! The result of an object's callback, too, is made on one CPU and used on another.

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
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = Option<*mut u32>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) -> Self::Output {
        None
    }
}
