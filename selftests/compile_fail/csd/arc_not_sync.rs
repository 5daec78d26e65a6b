// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `Cell<u32>` cannot be shared between threads safely
//! The callback and others use a shared object at once: it must be `Sync`,
//! which a `Cell` is not.
//! pass: An atomic is.

include!("common/names.rs");

use kernel::sync::atomic::Atomic;

#[pin_data]
pub struct Sampler {
    #[pin]
    csd: Csd<Self>,
    pub samples: Cell<u32>, //[fail]
    pub samples: Atomic<u32>, //[pass]
}

impl_has_csd! {
    impl HasCsd for Sampler { self.csd }
}

impl CsdCallback for Sampler {
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(_this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {}
}
