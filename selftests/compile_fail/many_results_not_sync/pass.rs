// SPDX-License-Identifier: GPL-2.0

//! The call in flight gives none.

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

pub fn share<T: Send + 'static>(done: &InFlight<fn(&IrqsOff) -> T>) {
    fn shared(_: impl Send) {}
    shared(done)
}
