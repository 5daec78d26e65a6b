// SPDX-License-Identifier: GPL-2.0
//! expect: E0505
//! A mutable reference that was made before the queueing must not be used after
//! it.
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

pub fn change(mut idle: Idle<Doorbell>) -> Result<InFlight<Doorbell>> {
    let object = idle.as_mut().project();
    let in_flight = idle.queue()?; //[fail]
    *object.rung = 1;
    let in_flight = idle.queue()?; //[pass]
    Ok(in_flight)
}
