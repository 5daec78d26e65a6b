// SPDX-License-Identifier: GPL-2.0

//! Clients see the type that embeds it, which has no such method.

pub use crosscall::irq_work::IrqWork;
