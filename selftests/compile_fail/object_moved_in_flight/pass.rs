// SPDX-License-Identifier: GPL-2.0

//! Once the call has ended the box comes back.

use crosscall::{
    context::TaskContext,
    csd::{
        CsdCallback,
        HasCsd,
        Idle, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn run<T>(object: Pin<KBox<T>>, task: &TaskContext, cpu: CpuId) -> Result<Pin<KBox<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Pin<KBox<T>>> + Send + 'static,
{
    let in_flight = Idle::from(object).call_on(cpu)?;
    Ok(in_flight.wait(task).0.into_inner())
}
