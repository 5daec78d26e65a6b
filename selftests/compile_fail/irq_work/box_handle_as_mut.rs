// SPDX-License-Identifier: GPL-2.0
//! expect: E0594
//! The only handle of a box is not the only reference to its object, which the
//! callback may be using.
//! pass: It may be read.

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
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}

pub fn reset(handle: &mut Handle<Pin<KBox<Doorbell>>>) -> u32 {
    handle.rung = 0; //[fail]
    handle.rung
}
