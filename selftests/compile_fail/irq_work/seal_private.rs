// SPDX-License-Identifier: GPL-2.0
//! expect: E0603
//! expect-text: module `private` is private
//! What seals `MaySendIpi` must not be nameable.
//! pass: The trait itself is, for bounds.

include!("common/names.rs");

pub use crosscall::context::private::Sealed; //[fail]
pub use crosscall::context::MaySendIpi as Sealed; //[pass]
