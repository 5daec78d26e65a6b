// SPDX-License-Identifier: GPL-2.0

//! expect: E0603
//! expect-text: module `raw` is private
//!
//! The work without its callback's type would let a client queue it without a handle.

pub use crosscall::irq_work::raw::RawIrqWork as IrqWork;
