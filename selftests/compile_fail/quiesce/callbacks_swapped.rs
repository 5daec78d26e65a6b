// SPDX-License-Identifier: GPL-2.0
//! expect: E0596
//! expect-text: cannot borrow data in dereference of
//! A callback belongs to the closure behind it.
//! pass: The tokens have both.

include!("common/names.rs");

use core::mem::swap;

pub fn exchange(a: &mut Quiesced<Callback<()>>, b: &mut Quiesced<Callback<()>>) {
    swap(&mut *a.as_mut(), &mut *b.as_mut()); //[fail]
    swap(a, b); //[pass]
}
