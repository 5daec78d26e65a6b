// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! A wait gives the results: a second wait has nothing to wait for.
//! pass: A wait that gives up after a while gives the right to wait back.

include!("common/names.rs");

pub fn twice<C: Callback>(call: InFlight<C>, task: &TaskContext) {
    drop(call.wait(task)); //[fail]
    let Err(call) = call.try_wait() else { return }; //[pass]
    drop(call.wait(task));
}
