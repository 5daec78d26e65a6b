// SPDX-License-Identifier: GPL-2.0

//! The handle is for queueing it.

use crosscall::irq_work::{
    Closure,
    Context,
    Handle,
    Hard, //
};
use kernel::{
    prelude::*,
    sync::Arc, //
};

pub fn captures(handle: &Handle<Arc<Closure<Hard, fn(&Context<Hard>)>>>) -> Result {
    _ = handle.queue()?;
    Ok(())
}
