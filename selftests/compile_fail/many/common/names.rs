// SPDX-License-Identifier: GPL-2.0

use core::{
    cell::Cell,
    marker::PhantomData, //
};
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
    csd, //
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
