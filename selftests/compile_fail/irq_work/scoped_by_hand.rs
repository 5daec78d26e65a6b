// SPDX-License-Identifier: GPL-2.0
//! expect: E0451
//! A scope does not wait for a scoped work that was made by hand.
//! pass: The scope alone makes one.

include!("common/names.rs");

type Work = Scoped<Hard, fn(&Context<Hard>)>;

pub fn make(work: Work) -> Work {
    Scoped { ..work } //[fail]
    work //[pass]
}
