// SPDX-License-Identifier: GPL-2.0

use core::cell::Cell;
use crosscall::{
    calls::many::{
        self,
        Callback,
        Done,
        Idle,
        InFlight, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};
