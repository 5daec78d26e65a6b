// SPDX-License-Identifier: GPL-2.0

use crosscall::{
    context::{
        InNmi,
        IrqsOff,
        TaskContext, //
    },
    quiesce::{
        flush_all,
        Callback,
        GracePeriod,
        Handler,
        Quiesced,
        Quiescing, //
    },
};
use kernel::prelude::*;
