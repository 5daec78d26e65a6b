// SPDX-License-Identifier: GPL-2.0
//! expect: E0616
//! Nor does a pin give it away.
//! pass: It gives what the client has.

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
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}

pub fn raw(idle: &mut Idle<Doorbell>) {
    _ = idle.as_mut().project().work.project().raw; //[fail]
    _ = idle.as_mut().project().rung; //[pass]
}
