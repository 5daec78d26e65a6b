// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be unpinned
//! A callback that got the object out of its pin could move it, with the
//! irq_work that runs.
//! pass: The pin is there to be looked through.

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

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) {
        this.get_mut().rung += 1; //[fail]
        *this.project().rung += 1; //[pass]
    }
}
