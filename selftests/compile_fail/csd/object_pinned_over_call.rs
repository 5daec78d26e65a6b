// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! A mutable reference to a boxed object that lives on over the queueing would
//! write while the callback does.
//! pass: Writing ends before the queueing.

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
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

pub fn reset(mut idle: Idle<Pin<KBox<Sampler>>>, cpu: CpuId) -> Result {
    let sampler = idle.as_mut();
    drop(idle.call_on(cpu)?); //[fail]
    *sampler.project().samples = 0;
    drop(idle.call_on(cpu)?); //[pass]
    Ok(())
}
