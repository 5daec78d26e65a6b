// SPDX-License-Identifier: GPL-2.0

//! expect: E0382
//!
//! The storage of a call in flight must stay alive and in place: the token owns the box.

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
    Ok(object)
}
