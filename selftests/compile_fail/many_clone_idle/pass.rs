// SPDX-License-Identifier: GPL-2.0

//! What is cloned here is the callback.

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

pub fn two<C: Callback + Clone>(idle: Idle<C>) {
    drop(idle.clone());
    drop(idle);
}
