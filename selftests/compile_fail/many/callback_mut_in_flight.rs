// SPDX-License-Identifier: GPL-2.0
//! expect: E0596
//! The callbacks of all CPUs share it while the call is in flight.
//! pass: No CPU runs the callback before or after the call.

include!("common/names.rs");

pub fn set(idle: Idle<impl Callback>, other: impl Callback) -> Result {
    fn replace<C: Callback>(place: &mut C) {}
    let mut call = idle.call_all()?; //[fail]
    let mut call = idle; //[pass]
    replace(&mut *call);
    Ok(())
}
