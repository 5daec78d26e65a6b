// SPDX-License-Identifier: GPL-2.0
//! expect: E0594
//! A shared object is written to with interior mutability only.
//! pass: For example, atomically.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
    pub rung: u32, //[fail]
    pub rung: Atomic<u32>, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Doorbell { self.work }
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {
        this.rung += 1; //[fail]
        this.rung.add(1, ordering::Relaxed); //[pass]
    }
}
