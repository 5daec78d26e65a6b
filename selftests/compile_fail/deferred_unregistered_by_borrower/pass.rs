// SPDX-License-Identifier: GPL-2.0

//! Whoever borrows it may revoke what is pending.

use crosscall::{
    context::TaskContext,
    deferred::{
        Deferred,
        Work, //
    },
};

pub fn end<T: Deferred>(work: &Work<T>, task: &TaskContext) {
    work.cancel(|_| ());
}
