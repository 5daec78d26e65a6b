// SPDX-License-Identifier: GPL-2.0

//! It may share.

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
    let count = Arc::new(Atomic::<u64>::new(0), GFP_KERNEL)?;
    let its = count.clone();
    let _call = shared::serial(move |cx| its.store(cx.attempts(), Relaxed), GFP_KERNEL)?;
    Ok(())
}
