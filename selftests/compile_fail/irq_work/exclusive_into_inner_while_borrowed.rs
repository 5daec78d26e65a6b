// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! An exclusive object may be freed too, once it is taken back.
//! pass: The borrow has ended before.

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

pub fn take(idle: Idle<Doorbell>, task: &TaskContext) -> u32 {
    let rung = &idle.rung; //[fail]
    let rung = &idle.rung.clone(); //[pass]
    drop(idle.into_inner(task));
    *rung
}
