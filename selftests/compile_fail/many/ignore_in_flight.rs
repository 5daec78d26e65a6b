// SPDX-License-Identifier: GPL-2.0
//! expect: unused_must_use
//! A caller that gives up the results should say so.
//! pass: The caller says so.

include!("common/names.rs");

pub fn call(idle: Idle<impl Callback>) -> Result {
    idle.call_all()?; //[fail]
    drop(idle.call_all()?); //[pass]
    Ok(())
}
