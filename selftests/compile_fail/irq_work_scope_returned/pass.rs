// SPDX-License-Identifier: GPL-2.0

//! It may return what queueing did.

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
    irq_work::scope(task, |_: &Context<Hard>| (), |work| work.queue())?;
    Ok(())
}
