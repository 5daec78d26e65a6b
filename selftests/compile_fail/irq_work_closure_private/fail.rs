// SPDX-License-Identifier: GPL-2.0

//! expect: E0616
//!
//! The captures of a closure are for its callback.

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
    _ = handle.f;
    Ok(())
}
