// SPDX-License-Identifier: GPL-2.0
//! expect: E0506
//! An object on the heap can be leaked to become a static one. The code that
//! leaked it can no longer write to it.
//! pass: Before that it can.

include!("common/names.rs");

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
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &Context<Hard>) {}
}

pub fn make(object: KBox<Doorbell>) -> Handle<&'static Doorbell> {
    let object = KBox::leak(object);
    let handle = Handle::from(&*object); //[fail]
    object.rung = 1;
    let handle = Handle::from(&*object); //[pass]
    handle
}
