// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A device that keeps handlers which know it is no more `Send` than the rest
//! of it.
//! pass: A handler knows its device, which keeps it in a slot, or its tokens.

include!("common/names.rs");

use kernel::sync::{
    Arc,
    Mutex, //
};

#[pin_data]
pub struct Device {
    interrupt: Handler<State<Device>>,
    submit: Handler<Callback<Device>>,
    #[pin]
    quiescing: Mutex<Option<Quiescing<State<Device>>>>,
    #[pin]
    quiesced: Mutex<Option<Quiesced<State<Device>>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

pub struct State<D: Send + Sync>(pub Arc<D>);

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Device>();
}
