// SPDX-License-Identifier: GPL-2.0

//! expect: E0597
//!
//! The call may outlive its maker: a callback borrows nothing.

use crosscall::shared;
use kernel::{
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc, //
    },
};

pub fn make() -> Result {
    let count = Atomic::<u64>::new(0);
    let its = &count;
    let _call = shared::serial(move |cx| its.store(cx.attempts(), Relaxed), GFP_KERNEL)?;
    Ok(())
}
