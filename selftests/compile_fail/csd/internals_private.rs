// SPDX-License-Identifier: GPL-2.0
//! expect: E0603
//! expect-text: module `raw` is private
//! The csd, without its callback's type, would let a client queue a call whose
//! token another function holds.
//! pass: Clients see the type that embeds it, which has no such method.

pub use crosscall::csd::raw::RawCsd as Csd; //[fail]
pub use crosscall::csd::Csd; //[pass]
