// SPDX-License-Identifier: GPL-2.0
//! expect: E0616
//! The captures of a closure are for its callback.
//! pass: The handle is for queueing it.

include!("common/names.rs");

pub fn captures(handle: &Handle<Arc<Closure<Hard, fn(&Context<Hard>)>>>) -> Result {
    _ = handle.f; //[fail]
    _ = handle.queue()?; //[pass]
    Ok(())
}
