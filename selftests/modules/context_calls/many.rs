// SPDX-License-Identifier: GPL-2.0

//! Calls to many CPUs.

use crosscall::{
    calls::many,
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

pub(crate) fn many_call(at: &At) -> Result {
    let mask = Mask::new(&[at.other])?;
    for how in 0..5 {
        let mut idle = many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?;
        let mut in_flight = at.call(|| {
            _ = &*idle;
            _ = &mut *idle;
            match how {
                0 => idle.call(mask.get()),
                1 => idle.call_all(),
                2 => idle.call_all_but_self(),
                3 => idle.call_if(|_| true),
                _ => idle.call_any(mask.get()),
            }
            .map_err(|refused| refused.error)
        })??;
        let mut done = loop {
            match at.call(|| {
                let _ = (&*in_flight, in_flight.missing().count());
                in_flight.try_wait()
            })? {
                Ok(done) => break done,
                Err(again) => in_flight = again,
            }
        };
        let (idle, seen) = at.call(|| {
            _ = &*done;
            let seen = done.get(at.other).is_some() && done.iter().count() > 0;
            let drained = done.drain().count() > 0;
            (done.into_idle(), seen && drained)
        })?;
        check!(seen);
        let in_flight = idle.call(mask.get()).map_err(|refused| refused.error)?;
        at.call(|| drop(in_flight))?;
    }
    Ok(())
}

pub(crate) fn many_wait(at: &At) -> Result {
    at.call(|| {
        let task = TaskContext::new();
        let idle = many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?;
        let idle = idle
            .call_all()
            .map_err(|refused| refused.error)?
            .wait(&task)
            .into_idle();
        let mut in_flight = idle.call_all().map_err(|refused| refused.error)?;
        check!(in_flight.wait_at_least(&task, 1) >= 1);
        check!(in_flight.wait_any(&task).is_some());
        let Ok(done) = in_flight.wait_timeout(&task, 10_000) else {
            return Err(ETIMEDOUT);
        };
        let again = done
            .into_idle()
            .call_all()
            .map_err(|refused| refused.error)?;
        check!(again.wait_killable(&task).is_ok());
        let mask = Mask::new(&[at.other])?;
        let cpu = |cx: &IrqsOff| cx.cpu();
        drop(many::call(&task, mask.get(), cpu).map_err(|refused| refused.error)?);
        drop(many::call_all(&task, cpu).map_err(|refused| refused.error)?);
        drop(many::call_all_but_self(&task, cpu).map_err(|refused| refused.error)?);
        drop(many::call_if(&task, |_| true, cpu).map_err(|refused| refused.error)?);
        Ok(())
    })?
}

pub(crate) fn many_by_mask(at: &At) -> Result {
    at.call(|| {
        let task = TaskContext::new();
        let mask = Mask::new(&[at.other])?;
        let mut idle = many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?;
        for how in 0..3 {
            let in_flight = match how {
                0 => idle.call_by_mask(mask.get(), &task),
                1 => idle.call_all_by_mask(&task),
                _ => idle.call_all_but_self_by_mask(&task),
            };
            let done = in_flight.map_err(|refused| refused.error)?.wait(&task);
            idle = done.into_idle();
        }
        Ok(())
    })?
}
