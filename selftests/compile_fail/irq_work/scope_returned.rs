// SPDX-License-Identifier: GPL-2.0
//! expect: uncoded
//! expect-text: lifetime may not live long enough
//! The body of a scope must not return its work.
//! pass: It may return what queueing did.

include!("common/names.rs");

pub fn escape(task: &TaskContext) -> Result {
    irq_work::scope(task, |_: &Context<Hard>| (), |work| work).queue()?; //[fail]
    irq_work::scope(task, |_: &Context<Hard>| (), |work| work.queue())?; //[pass]
    Ok(())
}
