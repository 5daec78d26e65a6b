// SPDX-License-Identifier: GPL-2.0
//! expect: E0609
//! While an exclusive work is in flight, its callback writes to the object:
//! even reading is a race.
//! pass: After the wait the token gives access.

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

pub fn read(in_flight: InFlight<Doorbell>, task: &TaskContext) -> u32 {
    in_flight.rung //[fail]
    in_flight.wait(task).rung //[pass]
}
