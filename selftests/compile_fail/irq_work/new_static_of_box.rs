// SPDX-License-Identifier: GPL-2.0
//! expect: E0271
//! An irq_work that is a value can be in a field that is not pinned, or be
//! written over another one. Only an object that is never mutable once it can
//! be queued may have it.
//! pass: Others are initialised in place.

include!("common/names.rs");

impl Doorbell {
    pub fn new() -> impl PinInit<Self> {
        pin_init!(Self { //[fail]
            work: IrqWork::new_static() //[fail]
        }) //[fail]
        pin_init!(Self { work <- IrqWork::new() }) //[pass]
    }
}

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}
