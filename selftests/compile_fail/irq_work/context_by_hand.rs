// SPDX-License-Identifier: GPL-2.0
//! expect: E0451
//! A context that was made by hand, of the parts of another one or of others,
//! could queue anything.
//! pass: A client has no context to begin with.

include!("common/names.rs");

pub fn keep(cx: Context<Hard>) -> Context<Hard> {
    Context { ..cx } //[fail]
    cx //[pass]
}
