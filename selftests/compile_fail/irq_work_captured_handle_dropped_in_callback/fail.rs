// SPDX-License-Identifier: GPL-2.0

//! expect: E0507
//!
//! The callback runs any number of times: what it captured is not its to drop, not even a handle.

use crosscall::irq_work::{
    self,
    Closure,
    Context,
    Handle,
    Hard, //
};
use kernel::{
    prelude::*,
    sync::Arc, //
};

pub fn give_up(handle: Handle<Arc<Closure<Hard, fn(&Context<Hard>)>>>) -> Result {
    let _work = irq_work::new::<Hard, _>(move |_| drop(handle), GFP_KERNEL)?;
    Ok(())
}
