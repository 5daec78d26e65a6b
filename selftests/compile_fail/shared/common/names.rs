// SPDX-License-Identifier: GPL-2.0

use core::cell::Cell;
use crosscall::{
    calls::shared::{
        self,
        Call,
        Callback,
        Context,
        Fired,
        Mode,
        Overlapping,
        Serial, //
    },
    context::{
        InNmi,
        NotInNmi,
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
