// SPDX-License-Identifier: GPL-2.0

//! The token stays one of its own type.

#![allow(coherence_leak_check)]

use core::{
    marker::PhantomData,
    pin::Pin, //
};
use crosscall::{
    context::IrqsOff,
    csd::{
        Csd,
        CsdCallback,
        Idle, //
    },
    impl_has_csd, //
};
use kernel::prelude::*;

pub type Sub = Obj<for<'a> fn(&'a u8)>;
pub type Super = Obj<fn(&'static u8)>;

#[pin_data]
pub struct Obj<F: 'static + Send> {
    #[pin]
    a: Csd<Sub>,
    #[pin]
    b: Csd<Super>,
    _f: PhantomData<F>,
}

impl_has_csd! {
    impl HasCsd for Sub { self.a }
}

impl_has_csd! {
    impl HasCsd for Super { self.b }
}

impl CsdCallback for Sub {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

impl CsdCallback for Super {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

pub fn cast_idle(idle: Idle<Pin<KBox<Sub>>>) -> Idle<Pin<KBox<Sub>>> {
    idle
}
