// SPDX-License-Identifier: GPL-2.0

//! What makes tokens, and what allocates.

use crosscall::{
    calls::{
        deferred::{
            Policy,
            Work, //
        },
        many,
        quiesce::{
            Callback,
            Quiesced, //
        },
        shared, //
    },
    context::{
        IrqsOff,
        NotInNmi,
        TaskContext, //
    },
    csd,
    irq_work::{
        self,
        Hard, //
    },
};
use kernel::prelude::*;

use crate::{
    check,
    in_context::Context,
    At, //
};

pub(crate) fn allocate(at: &At) -> Result {
    let flags = at.flags();
    at.call(|| {
        drop(csd::new(|_: &IrqsOff| (), flags)?);
        drop(csd::Callback::new(0u32, |_, _| (), flags)?);
        drop(irq_work::Callback::<Hard>::new(|_| (), flags)?);
        drop(irq_work::exclusive::Callback::<Hard>::new(|_| (), flags)?);
        drop(irq_work::new::<Hard, _>(|_| (), flags)?);
        drop(irq_work::exclusive::new::<Hard, _>(|_| (), flags)?);
        drop(many::new(|_: &IrqsOff| (), flags)?);
        drop(many::Idle::new(|_: &IrqsOff| (), flags)?);
        drop(shared::new(|_| (), flags)?);
        drop(shared::serial(|_| (), flags)?);
        drop(Quiesced::new(1u32, flags)?);
        drop(Callback::new(|_, _: &u32| (), flags)?);
        drop(Work::new(|_: &IrqsOff| (), Policy::Defer, flags)?);
        Ok(())
    })?
}

pub(crate) fn context_tokens(at: &At) -> Result {
    let refused = at.call(|| NotInNmi::new().is_err())?;
    check!(refused == (at.context == Context::Nmi));
    Ok(())
}

pub(crate) fn task_token(at: &At) -> Result {
    at.call(|| _ = TaskContext::new())
}

pub(crate) fn irqs_off_token(at: &At) -> Result {
    let cpu = csd::call(&TaskContext::new(), at.other, |cx| cx.cpu())?;
    check!(cpu == at.other);
    Ok(())
}

pub(crate) fn irqs_off_section(at: &At) -> Result {
    check!(at.call(|| IrqsOff::with(|cx| cx.cpu()))? == at.here);
    Ok(())
}

pub(crate) fn irqs_off_checked(at: &At) -> Result {
    let refused = at.call(|| IrqsOff::try_with(|cx| cx.cpu()).is_err())?;
    check!(refused == (at.context != Context::Hardirq));
    Ok(())
}
