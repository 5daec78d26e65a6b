// SPDX-License-Identifier: GPL-2.0

//! Unsafe code says why it is right.

use crosscall::irq_work::{
    Context,
    Hard,
    HasIrqWork,
    IrqWork,
    IrqWorkCallback, //
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        ArcBorrow, //
    },
};

#[pin_data]
pub struct Doorbell {
    #[pin]
    work: IrqWork<Self>,
}

impl IrqWorkCallback for Doorbell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

// SAFETY: Both functions concern `work`.
unsafe impl HasIrqWork for Doorbell {
    unsafe fn raw_get_irq_work(this: *const Self) -> *const IrqWork<Self> {
        // SAFETY: `this` points to an object.
        unsafe { &raw const (*this).work }
    }

    unsafe fn irq_work_container_of(work: *mut IrqWork<Self>) -> *mut Self {
        // SAFETY: `work` points to the field of an object.
        unsafe { kernel::container_of!(work, Self, work) }
    }
}
