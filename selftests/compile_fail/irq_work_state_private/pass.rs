// SPDX-License-Identifier: GPL-2.0

//! What clients may know of it, they are told.

pub use crosscall::irq_work::IrqWork as State;
