// SPDX-License-Identifier: GPL-2.0

//! It is `csd`.

use core::pin::Pin;
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
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
