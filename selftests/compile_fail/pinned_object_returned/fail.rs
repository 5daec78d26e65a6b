// SPDX-License-Identifier: GPL-2.0

//! expect: uncoded
//! expect-text: lifetime may not live long enough
//!
//! The mutable reference that a callback gets to its object must not outlive the callback.

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
    type Output = Pin<&'static mut Self>;

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> Self::Output {
        this
    }
}
