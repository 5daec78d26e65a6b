// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be shared between threads safely
//!
//! Who shares the end of a call shares its results.

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

pub fn share<T: Send + 'static>(done: &Done<fn(&IrqsOff) -> T>) {
    fn shared(_: impl Send) {}
    shared(done)
}
