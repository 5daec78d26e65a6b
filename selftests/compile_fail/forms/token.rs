// SPDX-License-Identifier: GPL-2.0

//# token_in_own_object: E0277
//! A callback that keeps its own token is no more `Send` than the rest of it.
//! pass: A callback may keep its own token.
use crosscall::{
    calls::{
        deferred,
        many,
        quiesce,
        shared, //
    },
    context::IrqsOff,
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        Mutex, //
    },
};

#[pin_data]
pub struct Handler {
    #[pin]
    quiesced: Mutex<Option<quiesce::Quiesced<Self>>>,
    #[pin]
    quiescing: Mutex<Option<quiesce::Quiescing<Self>>>,
    slot: Option<KBox<quiesce::Handler<Self>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

#[pin_data]
pub struct Work {
    #[pin]
    work: Mutex<Option<deferred::Work<Self>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

impl deferred::Deferred for Work {
    fn run(&self, _cx: &IrqsOff) {}
}

#[pin_data]
pub struct Many {
    #[pin]
    idle: Mutex<Option<many::Idle<Self>>>,
    #[pin]
    in_flight: Mutex<Option<many::InFlight<Self>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

impl many::Callback for Many {
    type Output = Option<Arc<Self>>;

    fn run(&self, _cx: &IrqsOff) -> Option<Arc<Self>> {
        None
    }
}

#[pin_data]
pub struct Bell {
    #[pin]
    call: Mutex<Option<shared::Call<shared::Serial, Self>>>,
    registers: *mut u8, //[fail]
    registers: usize, //[pass]
}

// SAFETY: Nothing is done with `this`. (A closure is a callback without `unsafe`.)
unsafe impl shared::Callback<shared::Serial> for Bell {
    unsafe fn call(_this: *mut Self, _cx: &shared::Context<shared::Serial>) {}
}

fn share<T: Send + Sync>() {}

pub fn everywhere() {
    share::<Handler>();
    share::<Work>();
    share::<Many>();
    share::<Bell>();
}
