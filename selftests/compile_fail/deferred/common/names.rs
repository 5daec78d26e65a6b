// SPDX-License-Identifier: GPL-2.0

use crosscall::{
    calls::deferred::{
        Deferred,
        Outcome,
        Policy,
        Work, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
        Mutex, //
    },
};
