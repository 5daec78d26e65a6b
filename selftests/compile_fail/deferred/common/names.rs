// SPDX-License-Identifier: GPL-2.0

use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    deferred::{
        Deferred,
        Outcome,
        Policy,
        Work, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};
