// SPDX-License-Identifier: GPL-2.0

//! Shared calls.

use crosscall::{
    calls::shared,
    context::{
        NotInNmi,
        TaskContext, //
    },
};
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

use crate::{
    check,
    support::sleep_until,
    At, //
};

pub(crate) fn shared_fire(at: &At) -> Result {
    let call = shared::new(|_| (), GFP_KERNEL)?;
    at.call(|| call.fire(at.other, &NotInNmi::new()?).map(|_| ()))?
}

pub(crate) fn shared_fire_here(at: &At) -> Result {
    let call = shared::serial(|_| (), GFP_KERNEL)?;
    at.call(|| {
        let again = call.clone();
        let fired = again.fire_here().map(|_| ());
        let _ = again.is_pending();
        drop((again, call));
        fired
    })?
}

pub(crate) fn shared_sync(at: &At) -> Result {
    let call = shared::new(|_| (), GFP_KERNEL)?;
    at.call(|| {
        let task = TaskContext::new();
        call.sync(&task);
        check!(call.sync_timeout(&task, 10_000).is_ok() && call.sync_killable(&task).is_ok());
        Ok(())
    })?
}

pub(crate) fn shared_callback(at: &At) -> Result {
    let rest = Arc::new(Atomic::<u32>::new(2), GFP_KERNEL)?;
    let (its, other) = (rest.clone(), at.other);
    let call = shared::serial(
        move |cx| {
            let fired = match its.load(Relaxed) {
                2 => cx.fire_here(),
                1 => cx.fire(other),
                _ => return,
            };
            if cx.attempts() > 0 && fired.is_ok() && cx.cpu().as_u32() < u32::MAX {
                its.fetch_sub(1, Relaxed);
            }
        },
        GFP_KERNEL,
    )?;
    let _ = call.fire(at.other, &TaskContext::new())?;
    check!(sleep_until(|| rest.load(Relaxed) == 0).is_ok());
    Ok(())
}
