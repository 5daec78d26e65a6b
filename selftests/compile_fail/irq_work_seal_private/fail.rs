// SPDX-License-Identifier: GPL-2.0

//! expect: E0603
//! expect-text: module `private` is private
//!
//! What seals `MaySendIpi` must not be nameable.

pub use crosscall::context::private::Sealed;
