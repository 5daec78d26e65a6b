// SPDX-License-Identifier: GPL-2.0
//! expect: E0609
//! expect-text: no field `samples` on type `crosscall::csd::InFlight
//! While a call is in flight the callback alone has access to a boxed object:
//! the right to wait gives none.
//! pass: The right to queue does.

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

pub fn run(idle: Idle<Pin<KBox<Sampler>>>, task: &TaskContext, cpu: CpuId) -> Result<u32> {
    let sampler = idle.call_on(cpu)?; //[fail]
    let sampler = idle.call_on(cpu)?.wait(task).0; //[pass]
    Ok(sampler.samples)
}
