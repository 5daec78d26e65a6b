// SPDX-License-Identifier: GPL-2.0
//! expect: E0594
//! The callback of a shared object must not write to it as if it were alone.
//! pass: It may write to an atomic.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering,
    Atomic, //
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
        this.samples = 1; //[fail]
        this.shared.store(1, ordering::Relaxed); //[pass]
    }
}
