// SPDX-License-Identifier: GPL-2.0

//! expect: E0133
//!
//! A token that stands for a context is made where that is known: it is unsafe.

use crosscall::context::InNmi;

pub fn forge() -> InNmi {
    InNmi::assume()
}
