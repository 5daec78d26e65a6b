// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! A call runs the callback that it was made of, and has room for its results.
//! It must not be taken for that of another type, not even a supertype, which
//! may have other results.
//! pass: As it is.

include!("common/names.rs");

use core::marker::PhantomData;

pub struct Ask<F>(PhantomData<F>);

impl<F: Send + Sync + 'static> Callback for Ask<F> {
    type Output = ();

    fn run(&self, _cx: &IrqsOff) {}
}

pub type Sub = Ask<for<'a> fn(&'a u8)>;
pub type Super = Ask<fn(&'static u8)>;

pub fn cast(call: Idle<Sub>) -> Idle<Super> { //[fail]
pub fn cast(call: Idle<Sub>) -> Idle<Sub> { //[pass]
    call
}
