// SPDX-License-Identifier: GPL-2.0

//! expect: uncoded
//! expect-text: lifetime may not live long enough
//!
//! The handler is there until the end of the read-side section.

use crosscall::{
    context::IrqsOff,
    quiesce::Handler, //
};
use kernel::prelude::*;

pub fn current<'a>(slot: &'a Handler<u32>, cx: &IrqsOff) -> &'a u32 {
    slot.with(cx, |handler| handler)
}
