// SPDX-License-Identifier: GPL-2.0

//! expect: uncoded
//! expect-text: lifetime may not live long enough
//!
//! The body of a scope must not return its work.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context,
        Hard, //
    },
};
use kernel::prelude::*;

pub fn escape(task: &TaskContext) -> Result {
    irq_work::scope(task, |_: &Context<Hard>| (), |work| work).queue()?;
    Ok(())
}
