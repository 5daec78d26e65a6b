// SPDX-License-Identifier: GPL-2.0

//! Nobody has one to begin with.

use crosscall::irq_work::{
    Context,
    Hard, //
};

pub fn keep(cx: Context<Hard>) -> Context<Hard> {
    cx
}
