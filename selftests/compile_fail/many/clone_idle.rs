// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! Two rights to call would be two calls at once.
//! pass: What is cloned here is the callback.

include!("common/names.rs");

pub fn two<C: Callback>(idle: Idle<C>) { //[fail]
pub fn two<C: Callback + Clone>(idle: Idle<C>) { //[pass]
    drop(idle.clone());
    drop(idle);
}
