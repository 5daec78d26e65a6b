// SPDX-License-Identifier: GPL-2.0
//! expect: E0596
//! Callbacks have shared access to it.
//! pass: Before and after, nobody runs it.

include!("common/names.rs");

pub fn set(idle: Idle<impl Callback>, other: impl Callback) -> Result {
    fn replace<C: Callback>(place: &mut C) {}
    let mut call = idle.call_all()?; //[fail]
    let mut call = idle; //[pass]
    replace(&mut *call);
    Ok(())
}
