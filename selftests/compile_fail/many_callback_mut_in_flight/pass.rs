// SPDX-License-Identifier: GPL-2.0

//! Before and after, nobody runs it.

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    many::{
        self,
        Callback,
        Done,
        Idle,
        InFlight, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn set(idle: Idle<impl Callback>, other: impl Callback) -> Result {
    fn replace<C: Callback>(place: &mut C) {}
    let mut call = idle;
    replace(&mut *call);
    Ok(())
}
