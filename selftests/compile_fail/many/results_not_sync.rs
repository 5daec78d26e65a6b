// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: cannot be shared between threads safely
//! Sharing the end of a call shares its results.
//! pass: The call in flight gives no results.

include!("common/names.rs");

pub fn share<T: Send + 'static>(done: &Done<fn(&IrqsOff) -> T>) { //[fail]
pub fn share<T: Send + 'static>(done: &InFlight<fn(&IrqsOff) -> T>) { //[pass]
    fn shared(_: impl Send) {}
    shared(done)
}
