// SPDX-License-Identifier: GPL-2.0
//! expect: E0423
//! Code that runs with interrupts on must not get the token which says that
//! they are off: its constructor is private.
//! pass: A callback gets one.

include!("common/names.rs");

use kernel::types::NotThreadSafe;

pub fn cpu(cx: &IrqsOff) -> CpuId {
    IrqsOff(NotThreadSafe).cpu() //[fail]
    cx.cpu() //[pass]
}
