// SPDX-License-Identifier: GPL-2.0

//! expect: E0133
//!
//! The token of a mode is for the code that calls its callbacks.

use crosscall::irq_work::{
    Hard,
    Mode, //
};

pub fn forge() -> <Hard as Mode>::Token {
    Hard::token()
}
