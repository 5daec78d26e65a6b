// SPDX-License-Identifier: GPL-2.0

//! expect: E0521
//!
//! Calls that are queued on a `Scope` after its end have nobody who waits for them.

use crosscall::{
    context::TaskContext,
    csd, //
};

pub fn escape(task: &TaskContext) {
    let mut kept = None;
    csd::scope(task, |scope| {
        let _ = kept.insert(scope);
    });
}
