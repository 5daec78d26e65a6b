// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! A device that keeps handlers which know it is no more `Send` than the rest of it.

use crosscall::quiesce::{
    Callback,
    Handler,
    Quiesced,
    Quiescing, //
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
    interrupt: Handler<State<Device>>,
    submit: Handler<Callback<Device>>,
    #[pin]
    quiescing: Mutex<Option<Quiescing<State<Device>>>>,
    #[pin]
    quiesced: Mutex<Option<Quiesced<State<Device>>>>,
    registers: *mut u8,
}

pub struct State<D: Send + Sync>(pub Arc<D>);

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
