// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `context::private::Sealed` is not implemented
//! A client could say that an NMI may send IPIs: the trait is sealed.
//! pass: A client's own trait does no harm.

include!("common/names.rs");

pub trait Own {}

pub struct Handler<'a>(pub &'a InNmi);

impl MaySendIpi for Handler<'_> {} //[fail]
impl Own for Handler<'_> {} //[pass]
