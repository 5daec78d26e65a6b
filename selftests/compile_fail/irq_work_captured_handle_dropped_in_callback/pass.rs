// SPDX-License-Identifier: GPL-2.0

//! A clone is.

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
    let _work = irq_work::new::<Hard, _>(move |_| drop(handle.clone()), GFP_KERNEL)?;
    Ok(())
}
