// SPDX-License-Identifier: GPL-2.0

//! Nobody but the scope has one to begin with.

use crosscall::irq_work::{
    Context,
    Hard,
    Scoped, //
};

type Work = Scoped<Hard, fn(&Context<Hard>)>;

pub fn make(work: Work) -> Work {
    work
}
