// SPDX-License-Identifier: GPL-2.0

//# token_of_subtype: E0308
//! A token stands for one work of the object. That of the supertype is another
//! work, which may be idle while this one runs.
//! pass: The token stays one of its own type.
#![allow(coherence_leak_check)]

include!("../common/names.rs");

pub type Sub = Obj<for<'a> fn(&'a u8)>;
pub type Super = Obj<fn(&'static u8)>;

#[pin_data]
pub struct Obj<F: 'static + Send> {
    #[pin]
    a: IrqWork<Sub>,
    #[pin]
    b: IrqWork<Super>,
    _f: PhantomData<F>,
}

impl_has_irq_work! {
    impl HasIrqWork for Sub { self.a }
}

impl_has_irq_work! {
    impl HasIrqWork for Super { self.b }
}

impl IrqWorkCallback for Sub {
    type Mode = Hard;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

impl IrqWorkCallback for Super {
    type Mode = Hard;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

pub fn cast_in_flight(in_flight: InFlight<Sub>) -> InFlight<Super> { //[fail]
pub fn cast_in_flight(in_flight: InFlight<Sub>) -> InFlight<Sub> { //[pass]
    in_flight
}

pub fn cast_idle(idle: Idle<Sub>) -> Idle<Super> { //[fail]
pub fn cast_idle(idle: Idle<Sub>) -> Idle<Sub> { //[pass]
    idle
}
