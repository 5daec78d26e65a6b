// SPDX-License-Identifier: GPL-2.0

//! It may write to an atomic.

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
        atomic::{
            ordering,
            Atomic, //
        },
        Arc,
        ArcBorrow, //
    },
};

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: u32,
    pub shared: Atomic<u32>,
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {
        this.shared.store(1, ordering::Relaxed);
    }
}
