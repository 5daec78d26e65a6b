// SPDX-License-Identifier: GPL-2.0
//! expect: E0271
//! If this compiled, the swap would: the field need not be pinned, so that the
//! object is `Unpin`, and the token gives a mutable reference to it. The
//! irq_work of `a`, which C or the registry may have in a list, would then be
//! in `b`.
//! pass: A static object can be swapped before it is one, and never after.

include!("common/names.rs");

use core::mem;

#[pin_data]
pub struct Doorbell {
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Exclusive<Self>; //[fail]
    type Pointer = &'static Self; //[pass]

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {} //[fail]
    fn run(_this: &'static Self, _cx: &Context<Hard>) {} //[pass]
}

impl Doorbell {
    pub const fn new() -> Self {
        Self {
            work: IrqWork::new_static(),
        }
    }
}

pub fn swap(a: &mut Idle<Doorbell>, b: &mut Idle<Doorbell>) { //[fail]
    mem::swap(a.as_mut().get_mut(), b.as_mut().get_mut()); //[fail]
pub fn swap(a: &mut Doorbell, b: &mut Doorbell) { //[pass]
    mem::swap(a, b); //[pass]
}
