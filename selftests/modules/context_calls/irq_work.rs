// SPDX-License-Identifier: GPL-2.0

//! Works.

use core::pin::Pin;
use crosscall::{
    calls::quiesce::GracePeriod,
    context::{
        NotInNmi,
        TaskContext, //
    },
    impl_has_irq_work,
    irq_work::{
        self,
        Hard,
        IrqWork,
        IrqWorkCallback, //
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

/// An object that nobody else has.
#[pin_data]
struct Boxed {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Boxed { self.work }
}

impl IrqWorkCallback for Boxed {
    type Mode = Hard;
    type Pointer = Pin<KBox<Self>>;

    fn run(_this: Pin<&Self>, _cx: &irq_work::Context<Hard>) {}
}

pub(crate) fn irq_work_queue(at: &At) -> Result {
    let work = irq_work::new::<Hard, _>(|_| (), GFP_KERNEL)?;
    let object = at.call(|| {
        let again = work.clone();
        _ = &*again;
        let queued = again.queue().is_ok();
        let _ = again.is_pending();
        let object = again.shared();
        // The last handle.
        drop((again, work));
        (object, queued)
    })?;
    check!(object.1);
    Ok(())
}

pub(crate) fn irq_work_queue_on(at: &At) -> Result {
    let work = irq_work::new::<Hard, _>(|_| (), GFP_KERNEL)?;
    let idle = irq_work::exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?;
    at.call(|| {
        let cx = NotInNmi::new()?;
        check!(work.queue_on(at.other, &cx)?);
        drop(
            idle.queue_on(at.other, &cx)
                .map_err(|refused| refused.error)?,
        );
        Ok(())
    })?
}

pub(crate) fn irq_work_exclusive(at: &At) -> Result {
    let mut idle = irq_work::exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?;
    let result = at.call(|| {
        _ = &*idle;
        _ = idle.as_mut();
        idle.queue()
            .map(|in_flight| {
                let _ = in_flight.stall();
                in_flight.try_wait()
            })
            .map_err(|refused| refused.error)
    })??;
    if let Err(in_flight) = result {
        drop(in_flight.wait(&TaskContext::new()));
    }
    Ok(())
}

pub(crate) fn irq_work_wait(at: &At) -> Result {
    at.call(|| {
        let task = TaskContext::new();
        let work = irq_work::new::<Hard, _>(|_| (), GFP_KERNEL)?;
        check!(work.queue()?);
        work.sync(&task);
        check!(work.sync_timeout(&task, 10_000).is_ok() && work.sync_killable(&task).is_ok());
        work.shutdown(&task);
        work.shutdown_with(GracePeriod::Expedited, &task);
        let idle = irq_work::exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?;
        let idle = idle.queue().map_err(|refused| refused.error)?.wait(&task);
        let in_flight = idle.queue().map_err(|refused| refused.error)?;
        let Ok(idle) = in_flight.wait_timeout(&task, 10_000) else {
            return Err(ETIMEDOUT);
        };
        let in_flight = idle.queue().map_err(|refused| refused.error)?;
        let Ok(idle) = in_flight.wait_killable(&task) else {
            return Err(EINTR);
        };
        let exclusive = irq_work::exclusive::Idle::from(idle.into_inner(&task));
        drop(exclusive.into_inner_with(GracePeriod::Expedited, &task));
        let object = KBox::pin_init(pin_init!(Boxed { work <- IrqWork::new() }), GFP_KERNEL)?;
        let object = irq_work::Handle::from(object).into_inner(&task);
        drop(irq_work::Handle::from(object).into_inner_with(GracePeriod::Expedited, &task));
        let nothing = |_: &irq_work::Context<Hard>| ();
        irq_work::scope_with(GracePeriod::Expedited, &task, nothing, |work| {
            let _ = work.is_pending();
            work.sync_timeout(&task, 10_000).is_ok() && work.sync_killable(&task).is_ok()
        });
        irq_work::scope(
            &task,
            |_: &irq_work::Context<Hard>| (),
            |work| {
                let queued = work.queue().is_ok() && work.queue_on(at.other, &task).is_ok();
                work.sync(&task);
                check!(queued);
                Ok(())
            },
        )
    })?
}

/// Callbacks call these; that of a hard work has interrupts off.
pub(crate) fn irq_work_callback(at: &At) -> Result {
    let rest = Arc::new(Atomic::<u32>::new(2), GFP_KERNEL)?;
    let (its, other) = (rest.clone(), at.other);
    let work = irq_work::new::<irq_work::Normal, _>(
        move |cx| {
            let _ = (cx.cpu(), cx.irqs_off().is_some());
            let requeued = match its.load(Relaxed) {
                2 => cx.requeue(),
                1 => cx.requeue_on(other),
                _ => return,
            };
            if requeued.is_ok() {
                its.fetch_sub(1, Relaxed);
            }
        },
        GFP_KERNEL,
    )?;
    work.queue_on(at.other, &TaskContext::new())?;
    check!(sleep_until(|| rest.load(Relaxed) == 0).is_ok());
    Ok(())
}
