// SPDX-License-Identifier: GPL-2.0

//! Such code knows why it is right.

use crosscall::irq_work::{
    Hard,
    Mode, //
};

pub fn forge() -> <Hard as Mode>::Token {
    // SAFETY: Let us say that it is, for this test.
    unsafe { Hard::token() }
}
