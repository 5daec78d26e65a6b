// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A device that keeps the tokens of a call whose callback knows it is no more
//! `Send` than the rest of it.
//! pass: A callback knows its device, which keeps the tokens of the call.

include!("common/names.rs");

use kernel::sync::{
    Arc,
    Mutex, //
};

#[pin_data]
pub struct Device {
    #[pin]
    idle: Mutex<Option<Idle<Flush<Device>>>>,
    #[pin]
    in_flight: Mutex<Option<InFlight<Flush<Device>>>>,
    #[pin]
    done: Mutex<Option<Done<Flush<Device>>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

pub struct Flush<D: Send + Sync>(pub Arc<D>);

impl<D: Send + Sync + 'static> Callback for Flush<D> {
    type Output = Arc<D>;

    fn run(&self, _cx: &IrqsOff) -> Arc<D> {
        self.0.clone()
    }
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
