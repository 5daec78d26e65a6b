// SPDX-License-Identifier: GPL-2.0

use crosscall::{
    context::{
        InNmi,
        NotInNmi,
        TaskContext, //
    },
    shared::{
        self,
        Call,
        Callback,
        Context,
        Fired,
        Mode,
        Overlapping,
        Serial, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};
