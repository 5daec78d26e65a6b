// SPDX-License-Identifier: GPL-2.0

//! It gives a shared one.

use crosscall::{
    context::IrqsOff,
    csd::{
        Csd,
        CsdCallback,
        Idle, //
    },
    impl_has_csd, //
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
};

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
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(_this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {}
}

pub fn samples(idle: &mut Idle<Arc<Sampler>>) -> u32 {
    idle.shared().samples
}
