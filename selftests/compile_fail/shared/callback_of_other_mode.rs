// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A callback is of one mode.
//! pass: Of its own.

include!("common/names.rs");

pub fn make<M: Mode, F: Callback<M>>(f: F) -> impl Callback<Serial> { //[fail]
pub fn make<M: Mode, F: Callback<M>>(f: F) -> impl Callback<M> { //[pass]
    f
}
