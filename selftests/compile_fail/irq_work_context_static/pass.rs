// SPDX-License-Identifier: GPL-2.0

//! A function that takes one is no context.

use crosscall::irq_work::{
    Context,
    Hard, //
};

pub static CONTEXT: Option<fn(&Context<Hard>)> = None;
