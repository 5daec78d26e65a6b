// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! A shared reference that was made before the queueing must not be used after
//! it: the callback writes.
//! pass: Before it, it may.

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

pub fn read(idle: Idle<Doorbell>) -> Result<(InFlight<Doorbell>, u32)> {
    let rung = &idle.rung; //[fail]
    let rung = &idle.rung.clone(); //[pass]
    let in_flight = idle.queue()?;
    Ok((in_flight, *rung))
}
