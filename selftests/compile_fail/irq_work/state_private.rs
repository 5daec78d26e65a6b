// SPDX-License-Identifier: GPL-2.0
//! expect: E0603
//! expect-text: module `state` is private
//! The state of a work is what all of this relies on.
//! pass: What clients may know of it, they are told.

include!("common/names.rs");

pub use crosscall::irq_work::state::State; //[fail]
pub use crosscall::irq_work::IrqWork as State; //[pass]
