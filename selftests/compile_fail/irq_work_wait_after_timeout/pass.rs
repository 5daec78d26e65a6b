// SPDX-License-Identifier: GPL-2.0

//! There it is.

use core::cell::Cell;
use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Callback,
        Context,
        Hard, //
    }, //
};
use kernel::{
    prelude::*,
    time::Jiffies, //
};

pub fn wait(task: &TaskContext, idle: irq_work::IdleCallback<Hard>, limit: Jiffies) -> Result {
    let token = idle.queue()?;
    let timed_out = token.wait_timeout(task, limit).err().ok_or(EIO)?;
    drop(timed_out.in_flight.wait(task));
    Ok(())
}
