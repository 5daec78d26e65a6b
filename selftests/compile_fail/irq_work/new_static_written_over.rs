// SPDX-License-Identifier: GPL-2.0
//! expect: E0271
//! An irq_work that C may have in a list must not be written over.
//! pass: It stays as it was initialised.

include!("common/names.rs");

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
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

pub fn reset(idle: &mut Idle<Doorbell>) {
    idle.as_mut().project().work.set(IrqWork::new_static()); //[fail]
    _ = idle.as_mut().project().work; //[pass]
}
