// SPDX-License-Identifier: GPL-2.0
//! expect: E0200
//! A wrong `HasIrqWork` makes the crate write to arbitrary memory: implementing
//! it is unsafe.
//! pass: Unsafe code says why it is right.

include!("common/names.rs");

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

impl HasIrqWork for Doorbell { //[fail]
// SAFETY: Both functions concern `work`. //[pass]
unsafe impl HasIrqWork for Doorbell { //[pass]
    unsafe fn raw_get_irq_work(this: *const Self) -> *const IrqWork<Self> {
        // SAFETY: `this` points to an object.
        unsafe { &raw const (*this).work }
    }

    unsafe fn irq_work_container_of(work: *mut IrqWork<Self>) -> *mut Self {
        // SAFETY: `work` points to the field of an object.
        unsafe { kernel::container_of!(work, Self, work) }
    }
}
