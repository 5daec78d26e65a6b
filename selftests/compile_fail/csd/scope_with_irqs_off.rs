// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! A scope ends with a wait: a callback cannot open one.
//! pass: A task can.

include!("common/names.rs");

pub fn open(cx: &IrqsOff) { //[fail]
pub fn open(cx: &TaskContext) { //[pass]
    csd::scope(cx, |_| ())
}
