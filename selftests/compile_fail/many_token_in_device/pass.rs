// SPDX-License-Identifier: GPL-2.0

//! A callback knows its device, which keeps the tokens of the call.

use crosscall::{
    context::IrqsOff,
    many::{
        Callback,
        Done,
        Idle,
        InFlight, //
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
    idle: Mutex<Option<Idle<Flush<Device>>>>,
    #[pin]
    in_flight: Mutex<Option<InFlight<Flush<Device>>>>,
    #[pin]
    done: Mutex<Option<Done<Flush<Device>>>>,
    registers: usize,
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
