// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `Cell<u32>` cannot be shared between threads safely
//! Callbacks on several CPUs, and the holders of handles, use the object at
//! once: it must be `Sync`, which a `Cell` is not.
//! pass: An atomic is.

include!("common/names.rs");

use kernel::sync::atomic::Atomic;

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: Cell<u32>, //[fail]
    pub rung: Atomic<u32>, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &Context<Hard>) {}
}
