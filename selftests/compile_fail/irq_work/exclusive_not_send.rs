// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `*mut u32` cannot be sent between threads safely
//! The callback uses an exclusive object on another CPU: it must be `Send`.
//! pass: A `Cell` is; it need not be `Sync`.

include!("common/names.rs");

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: *mut u32, //[fail]
    pub rung: Cell<u32>, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Exclusive<Self>;

    fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
}
