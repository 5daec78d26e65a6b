// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! A reference into a boxed object that lives on over the queueing would see
//! the callback write.
//! pass: A copy may live on.

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

pub fn before(idle: Idle<Pin<KBox<Sampler>>>, cpu: CpuId) -> Result<u32> {
    let samples = &idle.samples; //[fail]
    let samples = idle.samples; //[pass]
    drop(idle.call_on(cpu)?);
    Ok(*samples) //[fail]
    Ok(samples) //[pass]
}
