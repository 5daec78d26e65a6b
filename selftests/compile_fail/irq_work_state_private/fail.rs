// SPDX-License-Identifier: GPL-2.0

//! expect: E0603
//! expect-text: module `state` is private
//!
//! The state of a work is what all of this relies on.

pub use crosscall::irq_work::state::State;
