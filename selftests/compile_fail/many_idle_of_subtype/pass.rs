// SPDX-License-Identifier: GPL-2.0

//! As it is.

use core::marker::PhantomData;
use crosscall::{
    context::IrqsOff,
    many::{
        Callback,
        Idle, //
    },
};
use kernel::prelude::*;

pub struct Ask<F>(PhantomData<F>);

impl<F: Send + Sync + 'static> Callback for Ask<F> {
    type Output = ();

    fn run(&self, _cx: &IrqsOff) {}
}

pub type Sub = Ask<for<'a> fn(&'a u8)>;
pub type Super = Ask<fn(&'static u8)>;

pub fn cast(call: Idle<Sub>) -> Idle<Sub> {
    call
}
