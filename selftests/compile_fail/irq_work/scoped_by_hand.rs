// SPDX-License-Identifier: GPL-2.0
//! expect: E0451
//! Nobody would wait for a scoped work that was made by hand.
//! pass: Nobody but the scope has one to begin with.

include!("common/names.rs");

type Work = Scoped<Hard, fn(&Context<Hard>)>;

pub fn make(work: Work) -> Work {
    Scoped { ..work } //[fail]
    work //[pass]
}
