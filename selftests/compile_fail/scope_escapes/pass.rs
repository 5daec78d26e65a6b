// SPDX-License-Identifier: GPL-2.0

//! In the scope it may be handed on.

use crosscall::{
    context::TaskContext,
    csd, //
};

pub fn escape(task: &TaskContext) {
    csd::scope(task, |scope| {
        let mut kept = None;
        let _ = kept.insert(scope);
    });
}
