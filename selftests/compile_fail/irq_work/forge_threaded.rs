// SPDX-License-Identifier: GPL-2.0
//! expect: E0133
//! A token that stands for a context is made where that is known: it is unsafe.
//! pass: The maker of the token says how the context is known.

include!("common/names.rs");

pub fn forge() -> ThreadedOnRt {
    ThreadedOnRt::assume() //[fail]
    // SAFETY: Let us say that it is known, for this test. //[pass]
    unsafe { ThreadedOnRt::assume() } //[pass]
}
