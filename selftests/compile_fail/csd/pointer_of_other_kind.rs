// SPDX-License-Identifier: GPL-2.0
//! expect: E0271
//! An object is queued through one kind of pointer, that of its callback: a box
//! must not become the token of an object whose callback shares it.
//! pass: A `UniqueArc` does.

include!("common/names.rs");

use kernel::sync::UniqueArc;

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

pub fn idle(object: Pin<KBox<Sampler>>) { //[fail]
pub fn idle(object: Pin<UniqueArc<Sampler>>) { //[pass]
    drop(Idle::from(object));
}
