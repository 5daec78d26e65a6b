// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A device that keeps a work which knows it is no more `Send` than the rest of
//! it.
//! pass: A work knows its device, which keeps the work.

include!("common/names.rs");

use kernel::sync::{
    Arc,
    Mutex, //
};

#[pin_data]
pub struct Device {
    #[pin]
    work: Mutex<Option<Work<Flush<Device>>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

pub struct Flush<D: Send + Sync>(pub Arc<D>);

impl<D: Send + Sync + 'static> Deferred for Flush<D> {
    fn run(&self, _cx: &IrqsOff) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
