// SPDX-License-Identifier: GPL-2.0

//! expect: E0505
//!
//! The next call writes its results over those of the last one.

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
    let first = done.iter().next().ok_or(EIO)?.1?;
    drop(done.into_idle().call_all()?);
    Ok(**first)
}
