// SPDX-License-Identifier: GPL-2.0

use crosscall::{
    calls::quiesce::{
        flush_all,
        Callback,
        GracePeriod,
        Handler,
        Quiesced,
        Quiescing, //
    },
    context::{
        InNmi,
        IrqsOff,
        TaskContext, //
    },
};
use kernel::prelude::*;
