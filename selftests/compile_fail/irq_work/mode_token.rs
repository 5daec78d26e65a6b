// SPDX-License-Identifier: GPL-2.0
//! expect: E0133
//! The token of a mode is for the code that calls its callbacks.
//! pass: Such code knows why it is right.

include!("common/names.rs");

pub fn forge() -> <Hard as Mode>::Token {
    Hard::token() //[fail]
    // SAFETY: Let us say that it is, for this test. //[pass]
    unsafe { Hard::token() } //[pass]
}
