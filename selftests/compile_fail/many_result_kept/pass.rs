// SPDX-License-Identifier: GPL-2.0

//! They can be moved out.

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

pub fn again<C: Callback<Output = KBox<u32>>>(mut done: Done<C>) -> Result<u32> {
    let first = done.drain().next().ok_or(EIO)?.1?;
    drop(done.into_idle().call_all()?);
    Ok(*first)
}
