// SPDX-License-Identifier: GPL-2.0

//! Deferred works.

use crosscall::{
    calls::deferred::{
        Policy,
        Work, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::prelude::*;

use super::Mask;
use crate::{
    check,
    At, //
};

pub(crate) fn deferred_queue(at: &At) -> Result {
    for policy in [
        Policy::Defer,
        Policy::Within(1),
        Policy::Never,
        Policy::Only,
    ] {
        let work = Work::new(|_: &IrqsOff| (), policy, GFP_KERNEL)?;
        let mask = Mask::new(&[at.here, at.other])?;
        at.call(|| {
            let _ = work.queue_on(at.other);
            let _ = work.queue_mask(mask.get());
            work.queue_each(mask.get(), |_, _| ());
        })?;
    }
    Ok(())
}

pub(crate) fn deferred_any(at: &At) -> Result {
    // The one policy that NMIs may use.
    let work = Work::new(|_: &IrqsOff| (), Policy::Only, GFP_KERNEL)?;
    at.call(|| {
        let _ = (&*work, work.queue_on(at.other).is_accepted());
        let _ = (work.is_pending_on(at.other), work.cancel_on(at.other));
        let _ = work.cancel(|_| ());
        drop(work);
    })
}

pub(crate) fn deferred_wait(at: &At) -> Result {
    at.call(|| {
        let task = TaskContext::new();
        let work = Work::new(|_: &IrqsOff| (), Policy::Defer, GFP_KERNEL)?;
        let _ = work.queue_on(at.other);
        work.flush(at.other, &task);
        work.flush_all(&task);
        check!(work.unregister(&task, |_| ()).is_some());
        drop(Work::new(|_: &IrqsOff| (), Policy::Defer, GFP_KERNEL)?);
        Ok(())
    })?
}
