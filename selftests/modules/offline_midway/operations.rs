// SPDX-License-Identifier: GPL-2.0

//! The operations of code that may sleep: each on `target`, which is online, or is not.
//!
//! Not among them is `quiesce::flush()`, which takes `cpus_read_lock()` and would wait for the
//! hotplug that calls this.

use super::*;

use crosscall::{
    calls::many::Done,
    irq_work::exclusive, //
};

pub(super) type Operation = (&'static str, fn(CpuId, bool, &TaskContext) -> Result);

pub(super) const OPERATIONS: &[Operation] = &[
    ("csd", csd_call),
    ("csd_dropped", csd_dropped),
    ("csd_timeout", csd_timeout),
    ("csd_call", csd_once),
    ("csd_scope", csd_scope),
    ("irq_work_hard", work::<Hard>),
    ("irq_work_normal", work::<Normal>),
    ("irq_work_lazy", work::<Lazy>),
    ("irq_work_dropped", work_dropped),
    ("irq_work_timeout", work_timeout),
    ("irq_work_scope", work_scope),
    ("irq_work_shutdown", work_shutdown),
    ("exclusive_hard", exclusive_work::<Hard>),
    ("exclusive_normal", exclusive_work::<Normal>),
    ("exclusive_dropped", exclusive_dropped),
    ("exclusive_timeout", exclusive_timeout),
    ("shared", shared_call),
    ("shared_timeout", shared_timeout),
    ("many", many_call),
    ("many_dropped", many_dropped),
    ("many_timeout", many_timeout),
    ("many_any", many_any),
    ("many_scope", many_scope),
    ("deferred", deferred),
    ("deferred_within", deferred_within),
    ("deferred_only", deferred_only),
    ("deferred_unregister", deferred_unregister),
    ("quiesce", replace),
    ("quiesce_async", replace_async),
];

/// Whether a call that is `accepted` is one to a CPU that is online, or refused as it must be.
fn is_right<T>(online: bool, attempt: Result<T>) -> Result<Option<T>> {
    match attempt {
        Ok(accepted) if online => Ok(Some(accepted)),
        Err(error) if !online && error == ENXIO => Ok(None),
        Ok(_) => Err(EEXIST),
        Err(error) => Err(error),
    }
}

/// Whether a CPU runs works of this mode. On PREEMPT_RT a thread runs some, and that is parked
/// before a CPU calls others on its way offline, and goes on after them on its way back.
fn takes<M: Mode + 'static>(online: bool) -> bool {
    let is_hard = TypeId::of::<M>() == TypeId::of::<Hard>();
    online && (is_hard || !cfg!(CONFIG_PREEMPT_RT))
}

/// Keeps a callback from returning until a wait has timed out.
struct Hold {
    released: Atomic<bool>,
    ran: Atomic<u32>,
}

impl Hold {
    /// A call of the target to itself has ended before a wait for it begins.
    fn new(target: CpuId) -> Result<Arc<Self>> {
        let here = CpuId::current() == target;
        Ok(Arc::new(
            Self {
                released: Atomic::<bool>::new(here),
                ran: Atomic::new(0),
            },
            GFP_KERNEL,
        )?)
    }

    fn run(&self) {
        // If the wait has not timed out by then, this run does not count.
        let released = spin_until(|| self.released.load(Relaxed));
        self.ran.fetch_add(u32::from(released), Relaxed);
    }

    /// Whether it has ended, or the wait says that it is stuck on the target, as it must.
    fn timed_out_on(&self, target: CpuId, stall: Option<u32>) -> Result {
        let ended = self.released.load(Relaxed);
        self.released.store(true, Relaxed);
        check!(stall == (!ended).then_some(target.as_u32()));
        Ok(())
    }
}

fn csd_call(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let idle = csd::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?;
    let attempt = idle.call_on(target).map_err(Error::from);
    if let Some(call) = is_right(online, attempt)? {
        let (_, ran_on) = call.wait(task);
        check!(ran_on == target);
    }
    Ok(())
}

/// What the call owns and its result are dropped by the reaper; what was refused, here.
fn csd_dropped(target: CpuId, online: bool, _: &TaskContext) -> Result {
    let drops = Drops::new()?;
    let (payload, result) = (Dropped(drops.clone()), drops.clone());
    let run = move |_: &IrqsOff| {
        let _ = &payload;
        Dropped(result.clone())
    };
    let attempt = csd::new(run, GFP_KERNEL)?.call_on(target);
    drop(is_right(online, attempt.map_err(Error::from))?);
    check!(reaped(&drops, if online { 2 } else { 1 }));
    Ok(())
}

fn csd_timeout(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let hold = Hold::new(target)?;
    let its = hold.clone();
    let attempt = csd::new(move |_: &IrqsOff| its.run(), GFP_KERNEL)?.call_on(target);
    if let Some(call) = is_right(online, attempt.map_err(Error::from))? {
        match call.wait_timeout(task, 1) {
            Ok(_) => hold.timed_out_on(target, None)?,
            Err(timed_out) => {
                hold.timed_out_on(target, Some(timed_out.stall.cpu))?;
                let _ = timed_out.in_flight.wait(task);
            }
        }
    }
    check!(hold.ran.load(Relaxed) == u32::from(online));
    Ok(())
}

/// What the closure owns comes back with the result, or with the closure.
fn csd_once(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let drops = Drops::new()?;
    let owned = Dropped(drops.clone());
    let attempt = csd::call(task, target, move |cx| (cx.cpu(), owned));
    if let Some((ran_on, _owned)) = is_right(online, attempt.map_err(Error::from))? {
        check!(ran_on == target && drops.counts() == (0, 0));
    }
    check!(drops.counts() == (1, 0));
    Ok(())
}

/// Two calls, of which the scope waits for the second.
fn csd_scope(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let count = Atomic::<u32>::new(0);
    let mut slot = csd::Slot::new(|cx: &IrqsOff| {
        count.fetch_add(1, Relaxed);
        cx.cpu()
    });
    csd::scope(task, |scope| -> Result {
        let attempt = scope.call_on(&mut slot, target);
        if let Some(call) = is_right(online, attempt.map_err(Error::from))? {
            let (idle, ran_on) = call.wait(task);
            check!(ran_on == target);
            is_right(online, idle.call_on(target).map_err(Error::from))?;
        }
        Ok(())
    })?;
    check!(slot.take_output() == online.then_some(target));
    check!(count.load(Relaxed) == if online { 2 } else { 0 });
    Ok(())
}

fn work<M: Mode>(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let ran = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    let its = ran.clone();
    let run = move |_: &irq_work::Context<M>| _ = its.fetch_add(1, Relaxed);
    let work = irq_work::new::<M, _>(run, GFP_KERNEL)?;
    let queued = is_right(takes::<M>(online), work.queue_on(target, task))?;
    work.sync(task);
    check!(ran.load(Relaxed) == u32::from(queued == Some(true)));
    Ok(())
}

fn work_dropped(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let (drops, ran) = (Drops::new()?, Arc::new(Atomic::new(0), GFP_KERNEL)?);
    let (payload, its) = (Dropped(drops.clone()), ran.clone());
    let run = move |_: &irq_work::Context<Hard>| {
        let _ = &payload;
        its.fetch_add(1, Relaxed);
    };
    let work = irq_work::new::<Hard, _>(run, GFP_KERNEL)?;
    is_right(online, work.queue_on(target, task))?;
    drop(work);
    check!(reaped(&drops, 1) && ran.load(Relaxed) == u32::from(online));
    Ok(())
}

fn work_timeout(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let hold = Hold::new(target)?;
    let its = hold.clone();
    let work = irq_work::new::<Hard, _>(move |_| its.run(), GFP_KERNEL)?;
    if is_right(online, work.queue_on(target, task))?.is_some() {
        let stall = work.sync_timeout(task, 1).err().map(|stall| stall.cpu);
        hold.timed_out_on(target, stall)?;
        work.sync(task);
    }
    check!(hold.ran.load(Relaxed) == u32::from(online));
    Ok(())
}

fn work_scope(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let ran = Atomic::new(0);
    let run = |_: &irq_work::Context<Hard>| _ = ran.fetch_add(1, Relaxed);
    irq_work::scope(task, run, |work| {
        is_right(online, work.queue_on(target, task))
    })?;
    check!(ran.load(Relaxed) == u32::from(online));
    Ok(())
}

/// What was accepted has run, and nothing else is.
fn work_shutdown(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let ran = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    let its = ran.clone();
    let run = move |_: &irq_work::Context<Hard>| _ = its.fetch_add(1, Relaxed);
    let work = irq_work::new::<Hard, _>(run, GFP_KERNEL)?;
    is_right(online, work.queue_on(target, task))?;
    work.shutdown_with(GracePeriod::Expedited, task);
    check!(ran.load(Relaxed) == u32::from(online));
    check!(work.queue_on(target, task) == Err(ESHUTDOWN));
    check!(work.queue() == Err(ESHUTDOWN));
    Ok(())
}

fn exclusive_work<M: Mode + 'static>(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let ran = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    let its = ran.clone();
    let idle = exclusive::new::<M, _>(move |_| _ = its.fetch_add(1, Relaxed), GFP_KERNEL)?;
    let attempt = idle.queue_on(target, task).map_err(Error::from);
    let queued = is_right(takes::<M>(online), attempt)?;
    let count = u32::from(queued.is_some());
    if let Some(work) = queued {
        drop(
            work.wait(task)
                .into_inner_with(GracePeriod::Expedited, task),
        );
    }
    check!(ran.load(Relaxed) == count);
    Ok(())
}

fn exclusive_dropped(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let (drops, ran) = (Drops::new()?, Arc::new(Atomic::new(0), GFP_KERNEL)?);
    let (payload, its) = (Dropped(drops.clone()), ran.clone());
    let run = move |_: &IrqsOff| {
        let _ = &payload;
        its.fetch_add(1, Relaxed);
    };
    let attempt = exclusive::new::<Hard, _>(run, GFP_KERNEL)?.queue_on(target, task);
    drop(is_right(online, attempt.map_err(Error::from))?);
    check!(reaped(&drops, 1) && ran.load(Relaxed) == u32::from(online));
    Ok(())
}

fn exclusive_timeout(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let hold = Hold::new(target)?;
    let its = hold.clone();
    let idle = exclusive::new::<Hard, _>(move |_| its.run(), GFP_KERNEL)?;
    let attempt = idle.queue_on(target, task).map_err(Error::from);
    if let Some(work) = is_right(online, attempt)? {
        match work.wait_timeout(task, 1) {
            Ok(_) => hold.timed_out_on(target, None)?,
            Err(timed_out) => {
                hold.timed_out_on(target, Some(timed_out.stall.cpu))?;
                drop(timed_out.in_flight.wait(task));
            }
        }
    }
    check!(hold.ran.load(Relaxed) == u32::from(online));
    Ok(())
}

fn shared_call(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let attempts = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    let its = attempts.clone();
    let run = move |cx: &shared::Context<_>| _ = its.fetch_add(cx.attempts(), Relaxed);
    let call = shared::serial(run, GFP_KERNEL)?;
    let fired = is_right(online, call.fire(target, task))?;
    call.sync(task);
    check!(attempts.load(Relaxed) == u64::from(fired.is_some()));
    Ok(())
}

/// The last handle is dropped while the call is pending.
fn shared_timeout(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let (hold, drops) = (Hold::new(target)?, Drops::new()?);
    let (its, payload) = (hold.clone(), Dropped(drops.clone()));
    let run = move |_: &shared::Context<_>| {
        let _ = &payload;
        its.run();
    };
    let call = shared::new(run, GFP_KERNEL)?;
    if is_right(online, call.fire(target, task))?.is_some() {
        let stall = call.sync_timeout(task, 1).err().map(|stall| stall.cpu);
        hold.timed_out_on(target, stall)?;
    }
    drop(call);
    check!(reaped(&drops, 1) && hold.ran.load(Relaxed) == u32::from(online));
    Ok(())
}

fn many_call(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let mut only = CpumaskVar::new_zero(GFP_KERNEL)?;
    only.set(target);
    let done = many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?
        .call(&only)?
        .wait(task);
    let result = done.get(target).ok_or(EIO)?;
    is_right(online, result.map(|&ran_on| check_cpu(ran_on, target)))?.unwrap_or(Ok(()))?;
    let done = done.into_idle().call_all_by_mask(task)?.wait(task);
    check!(done.get(target).is_some_and(|result| result.is_ok()) == online);
    Ok(())
}

fn check_cpu(ran_on: CpuId, target: CpuId) -> Result {
    check!(ran_on == target);
    Ok(())
}

/// The callback and a result of each CPU.
fn many_dropped(_: CpuId, _: bool, _: &TaskContext) -> Result {
    let drops = Drops::new()?;
    let (payload, result) = (Dropped(drops.clone()), drops.clone());
    let run = move |_: &IrqsOff| {
        let _ = &payload;
        Dropped(result.clone())
    };
    drop(many::new(run, GFP_KERNEL)?.call_all()?);
    check!(reaped(&drops, 1 + online_cpus().count() as u32));
    Ok(())
}

/// One CPU does not return: the others have.
fn many_timeout(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let hold = Hold::new(target)?;
    let its = hold.clone();
    let run = move |cx: &IrqsOff| {
        if cx.cpu() == target {
            its.run();
        }
    };
    let call = many::new(run, GFP_KERNEL)?.call_all()?;
    let (stall, done) = match call.wait_timeout(task, 20) {
        Ok(done) => (None, done),
        Err(timed_out) => {
            let missing = timed_out.in_flight.missing().map(|stall| stall.cpu);
            check!(missing.eq([target.as_u32()]));
            hold.released.store(true, Relaxed);
            (Some(timed_out.stall.cpu), timed_out.in_flight.wait(task))
        }
    };
    let is_held = online && CpuId::current() != target;
    check!(stall == is_held.then_some(target.as_u32()));
    check!(hold.ran.load(Relaxed) == u32::from(online));
    ran_where_online(&done, target, online)
}

fn many_any(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let mut call = many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?.call_all()?;
    let (mut count, mut has_target) = (0, false);
    while let Some((cpu, &ran_on)) = call.wait_any(task) {
        check!(ran_on == cpu);
        count += 1;
        has_target |= cpu == target;
    }
    check!(count == online_cpus().count() && has_target == online);
    check!(call.wait_at_least(task, usize::MAX) == count);
    ran_where_online(&call.wait(task), target, online)
}

/// Whether each CPU of the call to all has run it, the target included if that is online.
fn ran_where_online<C: many::Callback>(done: &Done<C>, target: CpuId, online: bool) -> Result {
    let ran = |cpu| matches!(done.get(cpu), Some(Ok(_)));
    check!(online_cpus().all(ran) && ran(target) == online);
    Ok(())
}

fn many_scope(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let ran = Atomic::new(0);
    let results = many::call_all(task, |cx| {
        ran.fetch_add(1, Relaxed);
        cx.cpu()
    })
    .map_err(Error::from)?;
    let is_the_target =
        |result: &(CpuId, Result<CpuId>)| result.0 == target && result.1 == Ok(target);
    check!(ran.load(Relaxed) == online_cpus().count());
    check!(results.iter().any(is_the_target) == online);
    Ok(())
}

fn deferred(target: CpuId, online: bool, task: &TaskContext) -> Result {
    deferred_by(Policy::Defer, online, target, online, task)
}

fn deferred_within(target: CpuId, online: bool, task: &TaskContext) -> Result {
    deferred_by(Policy::Within(1), online, target, online, task)
}

/// The CPU is in the kernel: nothing is accepted.
fn deferred_only(target: CpuId, online: bool, task: &TaskContext) -> Result {
    deferred_by(Policy::Only, false, target, online, task)
}

fn deferred_by(
    policy: Policy,
    accepts: bool,
    target: CpuId,
    online: bool,
    task: &TaskContext,
) -> Result {
    let (drops, ran) = (Drops::new()?, Arc::new(Atomic::new(0), GFP_KERNEL)?);
    let (payload, its) = (Dropped(drops.clone()), ran.clone());
    let run = move |_: &IrqsOff| {
        let _ = &payload;
        its.fetch_add(1, Relaxed);
    };
    let work = Work::new(run, policy, GFP_KERNEL)?;
    let outcome = work.queue_on(target);
    work.flush_all(task);
    check!(outcome.is_accepted() == accepts);
    check!((outcome == Outcome::Offline) != online);
    check!(ran.load(Relaxed) == u32::from(accepts));
    drop(work);
    check!(drops.counts() == (1, 0));
    Ok(())
}

/// What was accepted has run, or was revoked.
fn deferred_unregister(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let ran = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    let its = ran.clone();
    let run = move |_: &IrqsOff| _ = its.fetch_add(1, Relaxed);
    let work = Work::new(run, Policy::Defer, GFP_KERNEL)?;
    check!(work.queue_on(target).is_accepted() == online);
    let (_, revoked) = work.unregister(task, |_| ()).ok_or(EIO)?;
    check!(ran.load(Relaxed) + revoked as u32 == u32::from(online));
    Ok(())
}

/// A grace period, which must not wait for the CPU.
fn replace(_: CpuId, _: bool, task: &TaskContext) -> Result {
    let handler = Handler::new(Quiesced::new(1, GFP_KERNEL)?);
    let old = handler.replace(Quiesced::new(2, GFP_KERNEL)?, GracePeriod::Expedited, task);
    check!(*old == 1 && handler.read(|&now| now) == 2);
    Ok(())
}

/// The same, of which one is waited for, and another is dropped meanwhile.
fn replace_async(_: CpuId, _: bool, task: &TaskContext) -> Result {
    let drops = Drops::new()?;
    let state = || Quiesced::new(Dropped(drops.clone()), GFP_KERNEL);
    let handler = Handler::new(state()?);
    let old = handler.replace_async(state()?, task);
    drop(old.wait(GracePeriod::Expedited, task));
    check!(reaped(&drops, 1));
    drop(handler.replace_async(state()?, task));
    check!(reaped(&drops, 2));
    drop(handler);
    check!(reaped(&drops, 3));
    Ok(())
}
