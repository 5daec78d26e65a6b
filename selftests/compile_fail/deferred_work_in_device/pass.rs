// SPDX-License-Identifier: GPL-2.0

//! A work knows its device, which keeps the work.

use crosscall::{
    context::IrqsOff,
    deferred::{
        Deferred,
        Work, //
    },
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
};

#[pin_data]
pub struct Device {
    #[pin]
    work: Mutex<Option<Work<Flush<Device>>>>,
    registers: usize,
}

pub struct Flush<D: Send + Sync>(pub Arc<D>);

impl<D: Send + Sync + 'static> Deferred for Flush<D> {
    fn run(&self, _cx: &IrqsOff) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
