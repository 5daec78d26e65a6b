// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A device that keeps a call which knows it is no more `Send` than the rest of
//! it.
//! pass: A callback knows its device, which keeps the call.

include!("common/names.rs");

use kernel::sync::{
    Arc,
    Mutex, //
};

#[pin_data]
pub struct Device {
    #[pin]
    call: Mutex<Option<Call<Serial, Bell>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
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
