// SPDX-License-Identifier: GPL-2.0

//! The trait itself is, for bounds.

pub use crosscall::context::MaySendIpi as Sealed;
