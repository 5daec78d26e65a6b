// SPDX-License-Identifier: GPL-2.0

//! expect: E0451
//!
//! Nobody would wait for a scoped work that was made by hand.

use crosscall::irq_work::{
    Context,
    Hard,
    Scoped, //
};

type Work = Scoped<Hard, fn(&Context<Hard>)>;

pub fn make(work: Work) -> Work {
    Scoped { ..work }
}
