// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: an object cannot be sent to another CPU by a `u32`
//! expect-text: expected `Pin<KBox<T>>` or `Arc<T>`
//! expect-text: an object behind a `u32` has no `Handle`
//! Each type says what it takes.
//! pass: The types themselves.

include!("common/names.rs");

use crosscall::irq_work::{
    pointer::SharedPointer,
    Handle, //
};

pub fn a<P: CsdPointer>(_: csd::Idle<u32>) {} //[fail]
pub fn b<P: SharedPointer>(_: Handle<u32>) {} //[fail]
pub fn a<P: CsdPointer>(_: csd::Idle<P>) {} //[pass]
pub fn b<P: SharedPointer>(_: Handle<P>) {} //[pass]
