// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//! A context in a variable of the caller would say that the callback still
//! runs.
//! pass: A fact learned with it may leave.

include!("common/names.rs");

use kernel::sync::SetOnce;

pub fn keep(task: &TaskContext) {
    let seen = SetOnce::new();
    let ring = |cx: &Context<Hard>| {
        seen.populate(cx); //[fail]
        seen.populate(cx.cpu()); //[pass]
    };
    irq_work::scope(task, ring, |_| ());
}
