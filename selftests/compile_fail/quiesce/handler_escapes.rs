// SPDX-License-Identifier: GPL-2.0
//! expect: uncoded
//! expect-text: lifetime may not live long enough
//! The handler is there until the end of the read-side section.
//! pass: What is read there may leave.

include!("common/names.rs");

pub fn current<'a>(slot: &'a Handler<u32>, cx: &IrqsOff) -> &'a u32 { //[fail]
    slot.with(cx, |handler| handler) //[fail]
pub fn current(slot: &Handler<u32>, cx: &IrqsOff) -> u32 { //[pass]
    slot.with(cx, |handler| *handler) //[pass]
}
