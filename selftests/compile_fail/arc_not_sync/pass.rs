// SPDX-License-Identifier: GPL-2.0

//! An atomic is.

use core::cell::Cell;
use crosscall::{
    context::IrqsOff,
    csd::{
        Csd,
        CsdCallback, //
    },
    impl_has_csd, //
};
use kernel::{
    prelude::*,
    sync::{
        atomic::Atomic,
        Arc,
        ArcBorrow, //
    },
};

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: Atomic<u32>,
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(_this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {}
}
