// SPDX-License-Identifier: GPL-2.0

//! A callback knows its device, which keeps the call.

use crosscall::shared::{
    Call,
    Callback,
    Context,
    Serial, //
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
    call: Mutex<Option<Call<Serial, Bell>>>,
    registers: usize,
}

pub struct Bell(pub Arc<Device>);

// SAFETY: Nothing is done with `this`. (Closures are callbacks without `unsafe`, but the type of
// one that has captured its device cannot be named in the device.)
unsafe impl Callback<Serial> for Bell {
    unsafe fn call(_this: *mut Self, _cx: &Context<Serial>) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
