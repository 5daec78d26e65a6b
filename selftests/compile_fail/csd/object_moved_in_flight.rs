// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! The storage of a call in flight must stay alive and in place: the token owns
//! the box.
//! pass: Once the call has ended the box comes back.

include!("common/names.rs");

pub fn run<T>(object: Pin<KBox<T>>, task: &TaskContext, cpu: CpuId) -> Result<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    let in_flight = Idle::from(object).call_on(cpu)?;
    Ok(object) //[fail]
    Ok(in_flight.wait(task).0.into_inner()) //[pass]
}
