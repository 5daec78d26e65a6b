// SPDX-License-Identifier: GPL-2.0

//! Handlers, and flushes.

use crosscall::{
    calls::quiesce::{
        self,
        Callback,
        GracePeriod,
        Handler,
        Quiesced, //
    },
    context::{
        NotInNmi,
        TaskContext, //
    },
    csd, //
};
use kernel::prelude::*;

use super::Mask;
use crate::{
    check,
    At, //
};

pub(crate) fn quiesce_replace_async(at: &At) -> Result {
    let slot = Handler::new(Quiesced::new(1u32, GFP_KERNEL)?);
    let new = Quiesced::new(2u32, GFP_KERNEL)?;
    at.call(|| NotInNmi::new().map(|cx| drop(slot.replace_async(new, &cx))))?
}

pub(crate) fn quiesce_any(at: &At) -> Result {
    let mut first = Quiesced::new(1u32, GFP_KERNEL)?;
    let second = Quiesced::new(2u32, GFP_KERNEL)?;
    let slot = Handler::new(Quiesced::new(3u32, GFP_KERNEL)?);
    let quiescing = slot.replace_async(Quiesced::new(4u32, GFP_KERNEL)?, &TaskContext::new());
    let seen = at.call(|| {
        *first.as_mut() += 1;
        let seen = (*first, Handler::new(second).read(|number| *number));
        drop(first);
        drop(quiescing.try_wait());
        drop(slot.into_inner());
        seen
    })?;
    check!(seen == (2, 2));
    Ok(())
}

pub(crate) fn quiesce_callback(at: &At) -> Result {
    let slot = Handler::new(Callback::new(|_, _: &u32| (), GFP_KERNEL)?);
    csd::call(&TaskContext::new(), at.other, |cx| {
        slot.call(cx, &1);
        slot.with(cx, |_| ());
    })?;
    Ok(())
}

pub(crate) fn quiesce_wait(at: &At) -> Result {
    at.call(|| {
        let task = TaskContext::new();
        let slot = Handler::new(Quiesced::new(1u32, GFP_KERNEL)?);
        let old = slot.replace(Quiesced::new(2u32, GFP_KERNEL)?, GracePeriod::Normal, &task);
        drop(
            slot.replace_async(old, &task)
                .wait(GracePeriod::Normal, &task),
        );
        quiesce::flush(Mask::new(&[at.other])?.get(), GracePeriod::Normal, &task)?;
        quiesce::flush_cpu(at.other, GracePeriod::Expedited, &task)?;
        quiesce::flush_all(GracePeriod::Normal, &task)
    })?
}
