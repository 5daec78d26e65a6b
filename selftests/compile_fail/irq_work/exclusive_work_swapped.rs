// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! The irq_works of two objects must not change places, even where the objects
//! may be written to.
//! pass: Other fields may.

include!("common/names.rs");

use core::mem;

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: u32,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

pub fn swap(a: &mut Idle<Doorbell>, b: &mut Idle<Doorbell>) {
    mem::swap(&mut *a.as_mut().project().work, b.as_mut().project().rung); //[fail]
    mem::swap(&mut *a.as_mut().project().rung, b.as_mut().project().rung); //[pass]
}
