// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! A callback that waits for a work would wait with interrupts off, maybe for
//! itself: it cannot capture the right to sleep.
//! pass: It may cancel another work, which never waits.

include!("common/names.rs");

pub fn nest<T: Deferred>(other: Work<T>, task: TaskContext) -> Result {
    let callback = move |_: &IrqsOff| other.flush_all(&task); //[fail]
    let callback = move |cx: &IrqsOff| _ = other.cancel_on(cx.cpu()); //[pass]
    drop(Work::new(callback, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}
