// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: cannot be shared between threads safely
//!
//! A context that everybody could reach would be used by everybody.

use crosscall::irq_work::{
    Context,
    Hard, //
};

pub static CONTEXT: Option<Context<Hard>> = None;
