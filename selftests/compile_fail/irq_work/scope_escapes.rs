// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! A scoped work that is queued after the end of its scope is not there.
//! pass: In the scope it may be handed on.

include!("common/names.rs");

pub fn escape(task: &TaskContext) {
    let mut kept = None; //[fail]
    irq_work::scope(
        task,
        |_: &Context<Hard>| (),
        |work| {
            let mut kept = None; //[pass]
            _ = kept.insert(work);
        },
    );
}
