// SPDX-License-Identifier: GPL-2.0

//! expect: E0271
//!
//! An object is queued through one kind of pointer, that of its callback: a box must not become
//! the token of an object whose callback shares it.

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
        ArcBorrow,
        UniqueArc, //
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

pub fn idle(object: Pin<KBox<Sampler>>) {
    drop(Idle::from(object));
}
