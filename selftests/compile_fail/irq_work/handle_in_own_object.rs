// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A device that keeps a handle of its own work is no more `Send` than the rest
//! of it.
//! pass: A handle may be kept in the object itself. (It is dropped by hand, or
//! the object stays.)

include!("common/names.rs");

use kernel::sync::SpinLock;

#[pin_data]
pub struct Device {
    #[pin]
    work: IrqWork<Self>,
    #[pin]
    handle: SpinLock<Option<Handle<Arc<Self>>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

impl_has_irq_work! {
    impl HasIrqWork for Device { self.work }
}

impl IrqWorkCallback for Device {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &Context<Hard>) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
