// SPDX-License-Identifier: GPL-2.0

//! The operations of a CPU that has its interrupts off and is not online: on its way offline, after
//! it has run its csds and irq_works for the last time, or on its way back.
//!
//! All that it queues on itself is refused, except for a csd, which runs at once. What it gives up
//! is dropped although this CPU runs nothing any more: until that is known nothing is given up on
//! another CPU, where the reaper would be woken for all of it.

use super::*;

use crosscall::irq_work::exclusive;

/// What is used there, made before, and looked at afterwards.
pub(super) trait Operation: Send {
    /// On a CPU that is not online, with interrupts off: may neither sleep nor allocate.
    fn make(&mut self, cx: &IrqsOff);

    /// What came of it, when `target` is dead or online again.
    fn outcome(&mut self, target: CpuId, task: &TaskContext) -> Result;
}

enum Stage<T, U> {
    Before(T),
    After(Result<U>),
}

/// An operation that makes a `U` of a `T`.
struct Steps<T, U> {
    stage: Option<Stage<T, U>>,
    make: fn(T, &IrqsOff) -> Result<U>,
    outcome: fn(U, CpuId, &TaskContext) -> Result,
}

impl<T: Send, U: Send> Operation for Steps<T, U> {
    fn make(&mut self, cx: &IrqsOff) {
        if let Some(Stage::Before(it)) = self.stage.take() {
            self.stage = Some(Stage::After((self.make)(it, cx)));
        }
    }

    fn outcome(&mut self, target: CpuId, task: &TaskContext) -> Result {
        match self.stage.take() {
            Some(Stage::After(it)) => (self.outcome)(it?, target, task),
            _ => Err(ENODATA),
        }
    }
}

type Prepared = Result<KBox<dyn Operation>>;

/// Prepares an operation.
type Prepare = fn(CpuId) -> Prepared;

fn steps<T: Send + 'static, U: Send + 'static>(
    it: T,
    make: fn(T, &IrqsOff) -> Result<U>,
    outcome: fn(U, CpuId, &TaskContext) -> Result,
) -> Prepared {
    let stage = Some(Stage::Before(it));
    Ok(KBox::new(
        Steps {
            stage,
            make,
            outcome,
        },
        GFP_KERNEL,
    )?)
}

/// By name, with a CPU that is online. First those that give something up, which are judged first,
/// too: the others end when what they used is given up on the judge's CPU.
const OPERATIONS: [(&str, Prepare); 11] = [
    ("csd_dropped", csd_dropped),
    ("irq_work_dropped", work_dropped),
    ("exclusive", exclusive_work),
    ("shared", shared_call),
    ("deferred", deferred),
    ("quiesce_async", replace_async),
    ("csd", csd_to_itself),
    ("csd_to_another", csd_to_another),
    ("irq_work", work_to_itself),
    ("irq_work_to_another", work_to_another),
    ("many", many_call),
];

/// One of each.
pub(super) struct All([Option<KBox<dyn Operation>>; OPERATIONS.len()]);

impl All {
    pub(super) fn prepare(target: CpuId) -> Result<KBox<Self>> {
        let other = online_cpus().find(|&cpu| cpu != target).ok_or(ENODEV)?;
        let mut all = KBox::new(Self([const { None }; OPERATIONS.len()]), GFP_KERNEL)?;
        for (operation, (_, prepare)) in all.0.iter_mut().zip(OPERATIONS) {
            *operation = Some(prepare(other)?);
        }
        Ok(all)
    }

    pub(super) fn make(&mut self, cx: &IrqsOff) {
        for operation in self.0.iter_mut().flatten() {
            operation.make(cx);
        }
    }

    pub(super) fn outcome(&mut self, point: &str, target: CpuId, task: &TaskContext) -> Result {
        let mut all = Ok(());
        for (operation, (name, _)) in self.0.iter_mut().flatten().zip(OPERATIONS) {
            all = all.and(reported(point, name, operation.outcome(target, task)));
        }
        all
    }
}

fn csd_to_itself(_: CpuId) -> Prepared {
    let idle = csd::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?;
    steps(
        idle,
        // Not dropped here, where that may be illegal.
        |idle, cx| {
            let call = idle.call_on(cx.cpu())?;
            call.try_wait().map_err(|_| EINPROGRESS)
        },
        |(_, ran_on), target, _| {
            check!(ran_on == target);
            Ok(())
        },
    )
}

fn csd_to_another(other: CpuId) -> Prepared {
    let idle = csd::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?;
    steps(
        (idle, other),
        |(idle, other), _| Ok((idle.call_on(other)?, other)),
        |(call, other), _, task| {
            check!(call.wait(task).1 == other);
            Ok(())
        },
    )
}

/// Of a call that has run, what it owns and its result.
fn csd_dropped(_: CpuId) -> Prepared {
    let drops = Drops::new()?;
    let (payload, result) = (Dropped(drops.clone()), drops.clone());
    let run = move |_: &IrqsOff| {
        let _ = &payload;
        Dropped(result.clone())
    };
    steps(
        (csd::new(run, GFP_KERNEL)?, drops),
        |(idle, drops), cx| {
            drop(idle.call_on(cx.cpu())?);
            Ok(drops)
        },
        |drops, _, _| {
            check!(reaped(&drops, 2));
            Ok(())
        },
    )
}

fn work_to_itself(_: CpuId) -> Prepared {
    let ran = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    let its = ran.clone();
    let run = move |_: &irq_work::Context<Hard>| _ = its.fetch_add(1, Relaxed);
    steps(
        (irq_work::new::<Hard, _>(run, GFP_KERNEL)?, ran),
        |(work, ran), cx| {
            let refused = [work.queue(), work.queue_on(cx.cpu(), cx)];
            Ok((work, ran, refused))
        },
        |(work, ran, refused), _, task| {
            check!(refused == [Err(ENXIO); 2]);
            work.sync(task);
            check!(ran.load(Relaxed) == 0);
            Ok(())
        },
    )
}

fn work_to_another(other: CpuId) -> Prepared {
    let ran = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    let its = ran.clone();
    let run = move |_: &irq_work::Context<Hard>| _ = its.fetch_add(1, Relaxed);
    steps(
        (irq_work::new::<Hard, _>(run, GFP_KERNEL)?, ran, other),
        |(work, ran, other), cx| {
            let queued = work.queue_on(other, cx);
            Ok((work, ran, queued))
        },
        |(work, ran, queued), _, task| {
            work.sync(task);
            check!(queued == Ok(true) && ran.load(Relaxed) == 1);
            Ok(())
        },
    )
}

/// The last handle, after a refusal.
fn work_dropped(_: CpuId) -> Prepared {
    let drops = Drops::new()?;
    let payload = Dropped(drops.clone());
    let run = move |_: &irq_work::Context<Normal>| _ = &payload;
    steps(
        (irq_work::new::<Normal, _>(run, GFP_KERNEL)?, drops),
        |(work, drops), _| Ok((work.queue(), drops)),
        |(queued, drops), _, _| {
            check!(queued == Err(ENXIO) && reaped(&drops, 1));
            Ok(())
        },
    )
}

/// The token that a refusal gives back.
fn exclusive_work(_: CpuId) -> Prepared {
    let drops = Drops::new()?;
    let payload = Dropped(drops.clone());
    let run = move |_: &IrqsOff| _ = &payload;
    steps(
        (exclusive::new::<Hard, _>(run, GFP_KERNEL)?, drops),
        |(idle, drops), _| match idle.queue() {
            Ok(_) => Err(EEXIST),
            Err(refused) => Ok((refused.error, drops)),
        },
        |(error, drops), _, _| {
            check!(error == ENXIO && reaped(&drops, 1));
            Ok(())
        },
    )
}

fn shared_call(_: CpuId) -> Prepared {
    let drops = Drops::new()?;
    let payload = Dropped(drops.clone());
    let run = move |_: &shared::Context<_>| _ = &payload;
    steps(
        (shared::serial(run, GFP_KERNEL)?, drops),
        |(call, drops), cx| {
            let refused = [call.fire_here().err(), call.fire(cx.cpu(), cx).err()];
            Ok((refused, drops))
        },
        |(refused, drops), _, _| {
            check!(refused == [Some(ENXIO); 2] && reaped(&drops, 1));
            Ok(())
        },
    )
}

/// To all that are possible, of which this CPU runs it at once.
fn many_call(_: CpuId) -> Prepared {
    steps(
        many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?,
        |idle, _| {
            // SAFETY: The mask is there for good, and does not change after boot.
            let cpus = unsafe { Cpumask::from_raw(&raw const bindings::__cpu_possible_mask) };
            Ok(idle.call(cpus)?)
        },
        |call, target, task| {
            let done = call.wait(task);
            let ran = |cpu| done.get(cpu) == Some(Ok(&cpu));
            check!(ran(target) && online_cpus().all(ran));
            Ok(())
        },
    )
}

fn deferred(_: CpuId) -> Prepared {
    let drops = Drops::new()?;
    let payload = Dropped(drops.clone());
    let run = move |_: &IrqsOff| _ = &payload;
    steps(
        (Work::new(run, Policy::Defer, GFP_KERNEL)?, drops),
        |(work, drops), cx| Ok((work.queue_on(cx.cpu()), drops)),
        |(outcome, drops), _, _| {
            check!(outcome == Outcome::Offline && reaped(&drops, 1));
            Ok(())
        },
    )
}

fn replace_async(_: CpuId) -> Prepared {
    let drops = Drops::new()?;
    let handler = Handler::new(Quiesced::new(Dropped(drops.clone()), GFP_KERNEL)?);
    let new = Quiesced::new(Dropped(drops.clone()), GFP_KERNEL)?;
    steps(
        (handler, new, drops),
        |(handler, new, drops), cx| {
            drop(handler.replace_async(new, cx));
            drop(handler);
            Ok(drops)
        },
        |drops, _, _| {
            check!(reaped(&drops, 2));
            Ok(())
        },
    )
}
