// SPDX-License-Identifier: GPL-2.0

//# idle_of_subtype: E0308
//! The right to queue is for one call of the object. That of the supertype is
//! another call, which may be in flight.
//! pass: The token stays one of its own type.
#![allow(coherence_leak_check)]

include!("common/names.rs");

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

pub fn cast_idle(idle: Idle<Pin<KBox<Sub>>>) -> Idle<Pin<KBox<Super>>> { //[fail]
pub fn cast_idle(idle: Idle<Pin<KBox<Sub>>>) -> Idle<Pin<KBox<Sub>>> { //[pass]
    idle
}
