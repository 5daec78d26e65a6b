// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! The right to queue a shared object must not give a mutable reference to it:
//! others have the object too.
//! pass: It gives a shared one.

include!("common/names.rs");

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
    idle.as_mut().samples //[fail]
    idle.shared().samples //[pass]
}
