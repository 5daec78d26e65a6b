// SPDX-License-Identifier: GPL-2.0

//! What `context_rules.rs` calls, by sets of functions.

use crosscall::{
    calls::{
        deferred::{
            Policy,
            Work, //
        },
        many,
        quiesce::{
            self,
            Callback,
            GracePeriod,
            Handler,
            Quiesced, //
        },
        shared, //
    },
    context::{
        IrqsOff,
        NotInNmi,
        TaskContext, //
    },
    csd, impl_has_csd, impl_has_irq_work,
    irq_work::{
        self,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
};
use kernel::{
    cpu::CpuId,
    cpumask::{
        Cpumask,
        CpumaskVar, //
    },
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
};

use crate::{
    check,
    in_context::Context,
    support::sleep_until,
    At, //
};

/// A set of CPUs.
struct Mask(CpumaskVar);

// SAFETY: It is only looked at once it has been made.
unsafe impl Sync for Mask {}

impl Mask {
    fn new(cpus: &[CpuId]) -> Result<Self> {
        let mut mask = CpumaskVar::new_zero(GFP_KERNEL)?;
        for &cpu in cpus {
            mask.set(cpu);
        }
        Ok(Self(mask))
    }

    fn get(&self) -> &Cpumask {
        &self.0
    }
}

/// An object that others may have too.
#[pin_data]
struct Shared {
    #[pin]
    csd: csd::Csd<Self>,
}

impl_has_csd! {
    impl HasCsd for Shared { self.csd }
}

impl csd::CsdCallback for Shared {
    type Pointer = Arc<Self>;
    type Output = ();

    fn run(_this: ArcBorrow<'_, Self>, _cx: &IrqsOff) {}
}

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

pub(crate) fn allocate(at: &At) -> Result {
    if !at.allocates() {
        return Ok(());
    }
    let flags = at.flags();
    at.call(|| {
        drop(csd::new(|_: &IrqsOff| (), flags)?);
        drop(csd::Callback::new(0u32, |_, _| (), flags)?);
        drop(irq_work::Callback::<Hard>::new(|_| (), flags)?);
        drop(irq_work::ExclusiveCallback::<Hard>::new(|_| (), flags)?);
        drop(irq_work::new::<Hard, _>(|_| (), flags)?);
        drop(irq_work::exclusive::<Hard, _>(|_| (), flags)?);
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

pub(crate) fn csd_queue(at: &At) -> Result {
    let idle = csd::new(|_: &IrqsOff| 1u32, GFP_KERNEL)?;
    let in_flight = at.call(|| idle.call_on(at.other).map_err(|refused| refused.error))??;
    let idle = match at.call(|| in_flight.try_wait())? {
        Ok((idle, output)) => {
            check!(output == 1);
            idle
        }
        Err(in_flight) => in_flight.wait(&TaskContext::new()).0,
    };
    // Where memory may be freed.
    if at.allocates() {
        at.call(|| drop(idle))?;
    }
    let idle = csd::Callback::new(0u32, |_, argument| *argument, GFP_KERNEL)?;
    let in_flight = at.call(|| {
        idle.call_on_with(at.other, 1)
            .map_err(|refused| refused.error)
    })??;
    check!(in_flight.wait(&TaskContext::new()).1 == 1);
    Ok(())
}

pub(crate) fn csd_give_up(at: &At) -> Result {
    let idle = csd::new(|_: &IrqsOff| 1u32, GFP_KERNEL)?;
    let in_flight = idle.call_on(at.other).map_err(|refused| refused.error)?;
    at.call(|| {
        let _ = in_flight.stall();
        drop(in_flight);
    })
}

pub(crate) fn csd_idle(at: &At) -> Result {
    let mut idle = csd::new(|_: &IrqsOff| 1u32, GFP_KERNEL)?;
    // What is dropped in the end is the client's.
    let inner = at.call(|| {
        _ = &*idle;
        _ = idle.as_mut();
        idle.into_inner()
    })?;
    drop(inner);
    let mut idle = csd::Callback::new(0u32, |_, _| (), GFP_KERNEL)?;
    at.call(|| *idle.argument() += 1)?;
    let object = UniqueArc::pin_init(pin_init!(Shared { csd <- csd::Csd::new() }), GFP_KERNEL)?;
    let idle = csd::Idle::from(object);
    let (idle, shared) = at.call(|| {
        let shared = idle.shared();
        (idle, shared)
    })?;
    drop((idle, shared));
    Ok(())
}

pub(crate) fn csd_wait(at: &At) -> Result {
    at.call(|| {
        let task = TaskContext::new();
        let idle = csd::new(|_: &IrqsOff| 1u32, GFP_KERNEL)?;
        let (idle, _) = idle
            .call_on(at.other)
            .map_err(|refused| refused.error)?
            .wait(&task);
        let in_flight = idle.call_on(at.other).map_err(|refused| refused.error)?;
        let Ok((idle, _)) = in_flight.wait_timeout(&task, 10_000) else {
            return Err(ETIMEDOUT);
        };
        let in_flight = idle.call_on(at.other).map_err(|refused| refused.error)?;
        check!(in_flight.wait_killable(&task).is_ok());
        check!(csd::call(&task, at.other, |_| 2u32)? == 2);
        let mut slot = csd::Slot::new(|_: &IrqsOff| 3u32);
        csd::scope(&task, |scope| -> Result {
            let (idle, _) = scope.call_on(&mut slot, at.other)?.wait(&task);
            let mut in_flight = idle.call_on(at.other).map_err(|refused| refused.error)?;
            while let Err(again) = in_flight.try_wait() {
                in_flight = again;
            }
            Ok(())
        })
    })?
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
    let idle = irq_work::exclusive::<Hard, _>(|_| (), GFP_KERNEL)?;
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
    let mut idle = irq_work::exclusive::<Hard, _>(|_| (), GFP_KERNEL)?;
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
        let idle = irq_work::exclusive::<Hard, _>(|_| (), GFP_KERNEL)?;
        let idle = idle.queue().map_err(|refused| refused.error)?.wait(&task);
        let in_flight = idle.queue().map_err(|refused| refused.error)?;
        let Ok(idle) = in_flight.wait_timeout(&task, 10_000) else {
            return Err(ETIMEDOUT);
        };
        let in_flight = idle.queue().map_err(|refused| refused.error)?;
        let Ok(idle) = in_flight.wait_killable(&task) else {
            return Err(EINTR);
        };
        let exclusive = irq_work::Idle::from(idle.into_inner(&task));
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
