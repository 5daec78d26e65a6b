// SPDX-License-Identifier: GPL-2.0

//! expect: E0599
//!
//! Two rights to call would be two calls at once.

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

pub fn two<C: Callback>(idle: Idle<C>) {
    drop(idle.clone());
    drop(idle);
}
