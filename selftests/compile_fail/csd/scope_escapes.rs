// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! The scope would not wait for a call that is queued on it after its end.
//! pass: The scope may be handed on while it lasts.

include!("common/names.rs");

pub fn escape(task: &TaskContext) {
    let mut kept = None; //[fail]
    csd::scope(task, |scope| {
        let mut kept = None; //[pass]
        let _ = kept.insert(scope);
    });
}
