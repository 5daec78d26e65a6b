// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! expect-text: cannot move out of `*work` which is behind a shared reference
//! Only the owner can end a work: borrowers may be about to queue it.
//! pass: A borrower may revoke what is pending.

include!("common/names.rs");

pub fn end<T: Deferred>(work: &Work<T>, task: &TaskContext) {
    drop(work.unregister(task, |_| ())); //[fail]
    work.cancel(|_| ()); //[pass]
}
