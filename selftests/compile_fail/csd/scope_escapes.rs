// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! Calls that are queued on a `Scope` after its end have nobody who waits for
//! them.
//! pass: In the scope it may be handed on.

include!("common/names.rs");

pub fn escape(task: &TaskContext) {
    let mut kept = None; //[fail]
    csd::scope(task, |scope| {
        let mut kept = None; //[pass]
        let _ = kept.insert(scope);
    });
}
