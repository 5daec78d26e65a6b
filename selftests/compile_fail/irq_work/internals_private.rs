// SPDX-License-Identifier: GPL-2.0
//! expect: E0603
//! expect-text: module `raw` is private
//! The work without its callback's type would let a client queue it without a
//! handle.
//! pass: Clients see the type that embeds it, which has no such method.

pub use crosscall::irq_work::raw::RawIrqWork as IrqWork; //[fail]
pub use crosscall::irq_work::IrqWork; //[pass]
