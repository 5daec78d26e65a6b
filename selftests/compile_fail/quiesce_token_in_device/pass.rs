// SPDX-License-Identifier: GPL-2.0

//! A handler knows its device, which keeps it in a slot, or its tokens.

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
    registers: usize,
}

pub struct State<D: Send + Sync>(pub Arc<D>);

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
