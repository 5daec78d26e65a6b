// SPDX-License-Identifier: GPL-2.0

//! What each operation on an irq_work promises.
//!
//! Needs three CPUs that are online, and one that is not.

use core::{
    cell::UnsafeCell,
    mem::MaybeUninit,
    pin::Pin, //
};
use crosscall::{
    context::{
        IrqsOff,
        NotInNmi,
        TaskContext, //
    },
    csd, impl_has_irq_work,
    irq_work::{
        self,
        exclusive::InFlight,
        Closure,
        Context as Cx,
        Handle,
        Hard,
        IrqWork,
        IrqWorkCallback,
        Lazy,
        Mode,
        Normal, //
    },
};
use kernel::{
    bindings,
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::{
                Acquire,
                Relaxed,
                Release, //
            },
            Atomic, //
        },
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
};

mod env;
mod hold;
mod in_context;
mod support;
use env::Env;
use hold::*;
use in_context::*;
use support::*;

module! {
    type: Rules,
    name: "irq_work_rules",
    authors: ["crosscall developers"],
    description: "Test of what operations on an irq_work promise",
    license: "GPL v2",
    params: {
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this; -1: any",
        },
        third: i32 {
            default: -1,
            description: "Another such CPU; -1: any",
        },
        offline: i32 {
            default: -1,
            description: "A CPU that is offline; -1: any",
        },
    },
}

/// What a closure must be.
trait Callback<M: Mode>: Fn(&Cx<M>) + Send + Sync + 'static {}

impl<M: Mode, F: Fn(&Cx<M>) + Send + Sync + 'static> Callback<M> for F {}

type Work<M, F> = Handle<Arc<Closure<M, F>>>;

/// A work that counts its runs.
fn counting<M: Mode>() -> Result<(Work<M, impl Callback<M>>, Count)> {
    let runs = count()?;
    let its = runs.clone();
    let work = irq_work::new::<M, _>(
        move |_| {
            its.fetch_add(1, Relaxed);
        },
        GFP_KERNEL,
    )?;
    Ok((work, runs))
}

fn pending_work_runs_once(env: &Env) -> Result {
    let (holder, open) = hold(env.other)?;
    let (work, runs) = counting::<Hard>()?;
    check!(work.queue_on(env.other, &env.task)?);
    check!(!work.queue()?);
    check!(!work.queue_on(env.third, &env.task)?);
    check!(runs.load(Relaxed) == 0);
    open.store(true, Relaxed);
    drop(holder.wait(&env.task));
    work.sync(&env.task);
    check!(runs.load(Relaxed) == 1);
    check!(work.queue()?);
    work.sync(&env.task);
    check!(runs.load(Relaxed) == 2);
    Ok(())
}

fn runs_where_it_was_sent(env: &Env) -> Result {
    fn in_mode<M: Mode>(env: &Env) -> Result {
        let ran_on = count()?;
        let its = ran_on.clone();
        let work = irq_work::new::<M, _>(
            move |_| its.store(1 + CpuId::current().as_u32(), Relaxed),
            GFP_KERNEL,
        )?;
        for cpu in online_cpus() {
            check!(work.queue_on(cpu, &env.task)?);
            work.sync(&env.task);
            check!(ran_on.load(Relaxed) == 1 + cpu.as_u32());
        }
        Ok(())
    }
    in_mode::<Normal>(env)?;
    in_mode::<Lazy>(env)?;
    in_mode::<Hard>(env)
}

fn own_cpu_is_not_inline(env: &Env) -> Result {
    let (work, runs) = counting::<Hard>()?;
    let inside = csd::call(&env.task, env.here, |irqs_off| {
        let queued = work.queue_on(irqs_off.cpu(), irqs_off);
        (queued, runs.load(Relaxed))
    })?;
    check!(inside == (Ok(true), 0));
    work.sync(&env.task);
    check!(runs.load(Relaxed) == 1);
    Ok(())
}

fn offline_is_refused(env: &Env) -> Result {
    let (work, runs) = counting::<Normal>()?;
    check!(work.queue_on(env.offline, &env.task) == Err(ENXIO));
    // It was not left pending.
    check!(work.queue_on(env.other, &env.task)?);
    work.sync(&env.task);
    check!(runs.load(Relaxed) == 1);

    let idle = irq_work::exclusive::new::<Normal, _>(|_| (), GFP_KERNEL)?;
    let refused = match idle.queue_on(env.offline, &env.task) {
        Ok(_) => return Err(EIO),
        Err(refused) => refused,
    };
    check!(refused.error == ENXIO);
    drop(
        refused
            .token
            .queue_on(env.other, &env.task)?
            .wait(&env.task),
    );
    Ok(())
}

fn nmi_may_queue_but_not_send(env: &Env) -> Result {
    let (work, runs) = counting::<Hard>()?;
    let (mut sent, mut token, mut queued) = (Ok(true), true, Err(EIO));
    let third = env.third;
    run_in(Context::Nmi, env.other, || {
        // SAFETY: They are, though no handler would be given this token.
        let irqs_off = unsafe { IrqsOff::assume_off() };
        sent = work.queue_on(third, &irqs_off);
        token = NotInNmi::new().is_ok();
        queued = work.queue();
    })?;
    check!(sent == Err(EPERM) && !token && queued == Ok(true));
    work.sync(&env.task);
    check!(runs.load(Relaxed) == 1);
    Ok(())
}

fn callback_queues_itself(env: &Env) -> Result {
    fn in_mode<M: Mode>(env: &Env, last: u32) -> Result {
        let runs = count()?;
        let its = runs.clone();
        let failed = flag()?;
        let fails = failed.clone();
        let cpus = [env.other, env.third];
        let work = irq_work::new::<M, _>(
            move |cx| {
                let n = its.fetch_add(1, Relaxed) + 1;
                let queued = match n {
                    n if n >= last => return,
                    // Here, and on the other one of two.
                    _ if n % 2 == 0 => cx.requeue(),
                    _ => cx.requeue_on(cpus[(n / 2) as usize % 2]),
                };
                if queued != Ok(true) {
                    fails.store(true, Relaxed);
                }
            },
            GFP_KERNEL,
        )?;
        check!(work.queue_on(env.other, &env.task)?);
        let done = sleep_until(|| runs.load(Relaxed) >= last);
        work.sync(&env.task);
        if done.is_err() {
            pr_info!("ktap: # {} runs\n", runs.load(Relaxed));
        }
        check!(done.is_ok() && runs.load(Relaxed) == last && !failed.load(Relaxed));
        Ok(())
    }
    in_mode::<Hard>(env, 1000)?;
    in_mode::<Normal>(env, 1000)?;
    // Each may wait for a tick.
    in_mode::<Lazy>(env, 100)
}

/// How a work gets to a CPU.
#[derive(Clone, Copy)]
enum Way {
    /// It is queued there: C's irq_work carries it.
    There,
    /// It is sent there.
    FromHere,
}

/// The schedule that `irq_work_sync()` returns early from: one work runs on two CPUs, and one of
/// the runs ends before the other.
fn sync_waits_for_all_cpus(env: &Env) -> Result {
    fn schedule<M: Mode>(env: &Env, ways: [Way; 2], ends_first: usize) -> Result {
        let started = Atomic::<u32>::new(0);
        let ended = Atomic::<u32>::new(0);
        let early = Atomic::<u32>::new(0);
        let release = [Atomic::<bool>::new(false), Atomic::<bool>::new(false)];
        let callback = |_: &Cx<M>| {
            let n = started.fetch_add(1, Relaxed) as usize;
            spin_until(|| release[n % 2].load(Relaxed));
            ended.fetch_add(1, Relaxed);
        };
        irq_work::scope(&env.task, callback, |work| {
            // First of all: the task that makes threads may be on a CPU that is held.
            let syncing = Atomic::<bool>::new(false);
            let wait = |_: CpuId| {
                let _ = sleep_until(|| syncing.load(Relaxed));
                work.sync(&TaskContext::new());
                early.fetch_add(u32::from(ended.load(Relaxed) != 2), Relaxed);
            };
            let waiters = [
                Thread::start(env.here, &wait)?,
                Thread::start(env.here, &wait)?,
            ];
            let later = Thread::start(env.here, |_| {
                let _ = sleep_until(|| syncing.load(Relaxed));
                sleep_ms(30);
                release[1 - ends_first].store(true, Relaxed);
            })?;

            for (n, (way, cpu)) in ways.into_iter().zip([env.other, env.third]).enumerate() {
                let mut queued = Err(EIO);
                match way {
                    Way::There => run_in(Context::Hardirq, cpu, || queued = work.queue())?,
                    Way::FromHere => queued = work.queue_on(cpu, &env.task),
                }
                check!(queued == Ok(true));
                sleep_until(|| started.load(Relaxed) == n as u32 + 1)?;
            }
            release[ends_first].store(true, Relaxed);
            sleep_until(|| ended.load(Relaxed) == 1)?;
            // What C does after the callback.
            sleep_ms(2);

            check!(ended.load(Relaxed) == 1);
            syncing.store(true, Relaxed);
            work.sync(&env.task);
            check!(ended.load(Relaxed) == 2);
            drop((waiters, later));
            check!(early.load(Relaxed) == 0);
            Ok(())
        })
    }
    fn in_mode<M: Mode>(env: &Env) -> Result {
        use Way::*;
        for ways in [[There, There], [There, FromHere], [FromHere, FromHere]] {
            schedule::<M>(env, ways, 0)?;
            schedule::<M>(env, ways, 1)?;
        }
        Ok(())
    }
    in_mode::<Hard>(env)?;
    in_mode::<Normal>(env)?;
    in_mode::<Lazy>(env)
}

/// A waiter waits for the runs that were asked for before, though there are always more.
fn sync_returns_though_the_work_is_never_idle(env: &Env) -> Result {
    const SYNCS: u32 = 5;

    fn in_mode<M: Mode>(env: &Env) -> Result {
        let stop = Atomic::<bool>::new(false);
        let asked = Atomic::<u32>::new(0);
        let seen = Atomic::<u32>::new(0);
        let (synced, wrong) = (Atomic::<u32>::new(0), Atomic::<u32>::new(0));

        let (other, third) = (env.other, env.third);
        let callback = |cx: &Cx<M>| {
            // Each run has written before it asks for the next.
            seen.store(asked.load(Relaxed), Relaxed);
            if !stop.load(Relaxed) {
                // On two CPUs in turn: on one it would leave no time for anything else.
                let here = CpuId::current();
                let _ = cx.requeue_on(if here == other { third } else { other });
            }
        };
        irq_work::scope(&env.task, callback, |work| {
            check!(work.queue_on(other, &env.task)?);
            let waiter = Thread::start(env.here, |_| {
                let task = TaskContext::new();
                for _ in 0..SYNCS {
                    let number = asked.fetch_add(1, Relaxed) + 1;
                    // It is pending, mostly. If it is not, that makes two.
                    let _ = work.queue_on(other, &task);
                    work.sync(&task);
                    wrong.fetch_add(u32::from(seen.load(Relaxed) < number), Relaxed);
                    synced.fetch_add(1, Relaxed);
                }
            })?;
            let returned = sleep_until(|| synced.load(Relaxed) == SYNCS);
            stop.store(true, Relaxed);
            drop(waiter);
            check!(returned.is_ok() && wrong.load(Relaxed) == 0);
            Ok(())
        })
    }
    in_mode::<Hard>(env)?;
    in_mode::<Normal>(env)
}

fn shut_down() -> Error {
    Error::from_errno(-(bindings::ESHUTDOWN as i32))
}

/// No callback runs after it, though it queues itself and other CPUs have handles.
fn shutdown_is_the_end(env: &Env) -> Result {
    fn in_mode<M: Mode>(env: &Env) -> Result {
        let (over, late) = (flag()?, flag()?);
        let runs = count()?;
        let (is_over, is_late, its) = (over.clone(), late.clone(), runs.clone());
        let (other, third) = (env.other, env.third);
        let work = irq_work::new::<M, _>(
            move |cx| {
                its.fetch_add(1, Relaxed);
                let here = CpuId::current();
                let _ = cx.requeue_on(if here == other { third } else { other });
                spin_ns(20_000);
                if is_over.load(Relaxed) {
                    is_late.store(true, Relaxed);
                }
            },
            GFP_KERNEL,
        )?;
        let not_refused = Atomic::<u32>::new(0);
        let queue = |_: CpuId| {
            let work = work.clone();
            while !over.load(Relaxed) {
                let _ = work.queue();
                spin_ns(5_000);
            }
            not_refused.fetch_add(u32::from(work.queue() != Err(shut_down())), Relaxed);
        };
        let begun = {
            let queuers = [Thread::start(other, &queue), Thread::start(third, &queue)];
            let begun = sleep_until(|| runs.load(Relaxed) > 10);
            let beside = Thread::start(env.here, |_| work.shutdown(&TaskContext::new()));
            work.shutdown(&env.task);
            over.store(true, Relaxed);
            let [one, two] = queuers;
            begun
                .and(beside.map(drop))
                .and(one.map(drop))
                .and(two.map(drop))
        };
        begun?;
        let ran = runs.load(Relaxed);
        check!(work.queue() == Err(shut_down()));
        check!(work.queue_on(env.other, &env.task) == Err(shut_down()));
        sleep_ms(20);
        check!(not_refused.load(Relaxed) == 0 && !late.load(Relaxed));
        check!(runs.load(Relaxed) == ran);
        Ok(())
    }
    for _ in 0..10 {
        in_mode::<Hard>(env)?;
        in_mode::<Normal>(env)?;
    }
    Ok(())
}

/// A work whose closure owns something that notes its drop, and waits for a flag.
fn payload<M: Mode>(drops: &Arc<Drops>, open: &Flag) -> Result<(Work<M, impl Callback<M>>, Count)> {
    let runs = count()?;
    let (its, open, owned) = (runs.clone(), open.clone(), Dropped(drops.clone()));
    let work = irq_work::new::<M, _>(
        move |_| {
            let _ = &owned;
            its.fetch_add(1, Relaxed);
            spin_until(|| open.load(Relaxed));
        },
        GFP_KERNEL,
    )?;
    Ok((work, runs))
}

fn dropped_while_pending(env: &Env) -> Result {
    let (drops, opened) = (Drops::new()?, flag()?);
    opened.store(true, Relaxed);
    let (holder, open) = hold(env.other)?;
    let (work, runs) = payload::<Normal>(&drops, &opened)?;
    check!(work.queue_on(env.other, &env.task)?);
    drop(work);
    check!(drops.counts() == (0, 0) && runs.load(Relaxed) == 0);
    open.store(true, Relaxed);
    drop(holder.wait(&env.task));
    check!(reaped(&drops, 1) && runs.load(Relaxed) == 1);
    Ok(())
}

fn dropped_while_running(env: &Env) -> Result {
    fn in_mode<M: Mode>(env: &Env) -> Result {
        let (drops, open) = (Drops::new()?, flag()?);
        let (work, runs) = payload::<M>(&drops, &open)?;
        check!(work.queue_on(env.other, &env.task)?);
        sleep_until(|| runs.load(Relaxed) == 1)?;
        drop(work);
        sleep_ms(50);
        check!(drops.counts() == (0, 0));
        open.store(true, Relaxed);
        check!(reaped(&drops, 1));
        Ok(())
    }
    // More than once: the reaper may be kept waiting by the very CPU that runs the work.
    for _ in 0..4 {
        in_mode::<Hard>(env)?;
        in_mode::<Normal>(env)?;
        in_mode::<Lazy>(env)?;
    }
    Ok(())
}

fn last_handle_dropped_in_each_context(env: &Env) -> Result {
    let open = flag()?;
    open.store(true, Relaxed);
    for context in Context::ALL {
        let drops = Drops::new()?;
        // Idle, pending, and exclusive: idle and in flight.
        let (idle, _) = payload::<Hard>(&drops, &open)?;
        let (queued, _) = payload::<Normal>(&drops, &open)?;
        let owned = [Dropped(drops.clone()), Dropped(drops.clone())].map(|owned| {
            irq_work::exclusive::new::<Normal, _>(
                move |_| {
                    let _ = &owned;
                },
                GFP_KERNEL,
            )
        });
        let [one, two] = owned;
        let mut last = Some((idle.clone(), queued, one?));
        let mut token = Some(two?);
        drop(idle);
        run_in(context, env.other, || {
            if let Some((idle, queued, one)) = last.take() {
                drop(idle);
                let _ = queued.queue();
                drop(queued);
                drop(one);
            }
            drop(token.take().map(|token| token.queue()));
        })?;
        let all = reaped(&drops, 4);
        if !all {
            pr_info!("ktap: # {} {:?}\n", context.name(), drops.counts());
        }
        check!(all);
    }
    Ok(())
}

/// A handle may be cloned, and a token asked whether its run is over, in each context.
fn cloned_and_asked_in_each_context(env: &Env) -> Result {
    for context in Context::ALL {
        let (work, runs) = counting::<Normal>()?;
        let mut idle = Some(irq_work::exclusive::new::<Normal, _>(|_| {}, GFP_KERNEL)?);
        let (mut copy, mut asked) = (None, None);
        run_in(context, env.other, || {
            copy = Some(work.clone());
            let in_flight = idle.take().and_then(|idle| idle.queue().ok());
            asked = in_flight.map(InFlight::try_wait);
        })?;
        drop(work);
        let copy = copy.ok_or(EIO)?;
        check!(copy.queue()?);
        copy.sync(&env.task);
        check!(runs.load(Relaxed) == 1);

        // Interrupts are off there, so that it was still pending.
        if matches!(context, Context::Hardirq | Context::Nmi) {
            check!(matches!(asked, Some(Err(_))));
        }
        sleep_until(|| {
            let ran = run_in(context, env.other, || {
                asked = match asked.take() {
                    Some(Err(in_flight)) => Some(in_flight.try_wait()),
                    over => over,
                };
            });
            ran.is_ok() && matches!(asked, Some(Ok(_)))
        })?;
    }
    Ok(())
}

/// An object that has its own handle.
#[pin_data]
struct Own {
    #[pin]
    work: IrqWork<Self>,
    handle: UnsafeCell<Option<Handle<Arc<Self>>>>,
    dropped: Dropped,
}

// SAFETY: `handle` is written before the work is queued, and taken by the one run.
unsafe impl Sync for Own {}

impl_has_irq_work! {
    impl HasIrqWork for Own { self.work }
}

impl IrqWorkCallback for Own {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, cx: &Cx<Hard>) {
        // SAFETY: The cell was written before the work was queued, and this is its one run.
        drop(unsafe { (*this.handle.get()).take() });
        // The work is closed, or about to be.
        let _ = (cx.requeue(), this.dropped.0.counts());
    }
}

fn last_handle_dropped_in_the_callback(env: &Env) -> Result {
    for _ in 0..20 {
        let drops = Drops::new()?;
        let dropped = Dropped(drops.clone());
        let handle = Handle::from(UniqueArc::pin_init(
            pin_init!(Own {
                work <- IrqWork::new(),
                handle: UnsafeCell::new(None),
                dropped,
            }),
            GFP_KERNEL,
        )?);
        // SAFETY: The work has not been queued.
        unsafe { *handle.handle.get() = Some(handle.clone()) };
        check!(handle.queue_on(env.other, &env.task)?);
        drop(handle);
        check!(reaped(&drops, 1));
    }
    Ok(())
}

fn endless_work_ends_with_its_handle(env: &Env) -> Result {
    fn in_mode<M: Mode>(env: &Env) -> Result {
        let drops = Drops::new()?;
        let runs = count()?;
        let refused = count()?;
        let (its, owned, refusals) = (runs.clone(), Dropped(drops.clone()), refused.clone());
        let (other, third) = (env.other, env.third);
        let work = irq_work::new::<M, _>(
            move |cx| {
                let _ = &owned;
                its.fetch_add(1, Relaxed);
                let here = CpuId::current();
                let requeued = cx.requeue_on(if here == other { third } else { other });
                refusals.fetch_add(u32::from(requeued.is_err()), Relaxed);
            },
            GFP_KERNEL,
        )?;
        check!(work.queue_on(env.other, &env.task)?);
        sleep_until(|| runs.load(Relaxed) > 10)?;
        drop(work);
        check!(reaped(&drops, 1) && refused.load(Relaxed) == 1);
        Ok(())
    }
    in_mode::<Hard>(env)?;
    in_mode::<Normal>(env)
}

/// An object that a box owns.
#[pin_data]
struct Slow {
    #[pin]
    work: IrqWork<Self>,
    runs: Atomic<u32>,
}

impl_has_irq_work! {
    impl HasIrqWork for Slow { self.work }
}

impl IrqWorkCallback for Slow {
    type Mode = Normal;
    type Pointer = Pin<KBox<Self>>;

    fn run(this: Pin<&Self>, _cx: &Cx<Normal>) {
        spin_ms(20);
        this.runs.fetch_add(1, Relaxed);
    }
}

fn into_inner_waits(env: &Env) -> Result {
    let mut object = KBox::pin_init(
        pin_init!(Slow { work <- IrqWork::new(), runs: Atomic::new(0) }),
        GFP_KERNEL,
    )?;
    for n in 1..=3 {
        let handle = Handle::from(object);
        check!(handle.queue_on(env.other, &env.task)?);
        object = handle.into_inner(&env.task);
        check!(object.runs.load(Relaxed) == n);
    }
    Ok(())
}

/// An object that is shared.
#[pin_data]
struct Shared {
    #[pin]
    work: IrqWork<Self>,
    runs: Atomic<u32>,
}

impl_has_irq_work! {
    impl HasIrqWork for Shared { self.work }
}

impl IrqWorkCallback for Shared {
    type Mode = Normal;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, _cx: &Cx<Normal>) {
        // Never the last reference.
        let arc: Arc<Self> = this.into();
        arc.runs.fetch_add(1, Relaxed);
    }
}

fn object_outlives_its_handles(env: &Env) -> Result {
    patiently(|ms| object_outlives_its_handles_by(env, ms))
}

fn object_outlives_its_handles_by(env: &Env, ms: u32) -> Result {
    let mut object = UniqueArc::pin_init(
        pin_init!(Shared { work <- IrqWork::new(), runs: Atomic::new(0) }),
        GFP_KERNEL,
    )?;
    for n in 1..=3 {
        let handle = Handle::from(object);
        let shared = handle.shared();
        check!(handle.queue_on(env.other, &env.task)?);
        drop(handle);
        // Time for the reaper to drop the handles' reference; ours keeps the object.
        sleep_ms(ms);
        check!(shared.runs.load(Relaxed) == n);
        object = Arc::into_unique_or_drop(shared).ok_or(EIO)?;
    }
    Ok(())
}

/// An object that is there for good.
struct Fixed {
    work: IrqWork<Self>,
    runs: Atomic<u32>,
}

impl_has_irq_work! {
    impl HasIrqWork for Fixed { self.work }
}

impl IrqWorkCallback for Fixed {
    type Mode = Normal;
    type Pointer = &'static Self;

    fn run(this: &'static Self, _cx: &Cx<Normal>) {
        this.runs.fetch_add(1, Relaxed);
    }
}

fn static_object_has_any_number_of_handles(env: &Env) -> Result {
    static OBJECT: Fixed = Fixed {
        work: IrqWork::new_static(),
        runs: Atomic::new(0),
    };
    let ran = Atomic::<u32>::new(0);
    in_threads(online_cpus(), |_| {
        for _ in 0..100 {
            let handle = Handle::from(&OBJECT);
            ran.fetch_add(u32::from(handle.clone().queue() == Ok(true)), Relaxed);
        }
    })?;
    Handle::from(&OBJECT).sync(&env.task);
    check!(OBJECT.runs.load(Relaxed) == ran.load(Relaxed) && ran.load(Relaxed) > 0);
    Ok(())
}

fn exclusive_runs_are_serial(env: &Env) -> Result {
    let mut sum = [0u64; 2];
    let total = Arc::new(Atomic::<u64>::new(0), GFP_KERNEL)?;
    let its = total.clone();
    let mut idle = irq_work::exclusive::new::<Hard, _>(
        move |_| {
            // Two at once would lose a count.
            sum[0] += 1;
            sum[1] = sum[0];
            its.store(sum[1], Release);
        },
        GFP_KERNEL,
    )?;
    let cpus = [env.here, env.other, env.third];
    for n in 0..3000 {
        let mut in_flight = idle.queue_on(cpus[n % 3], &env.task)?;
        // As soon as it may: the last run's CPU has yet to leave the callback's caller.
        idle = loop {
            in_flight = match in_flight.try_wait() {
                Ok(idle) => break idle,
                Err(in_flight) => in_flight,
            };
        };
        check!(total.load(Acquire) == n as u64 + 1);
    }
    let mut object = idle.into_inner(&env.task);
    let _ = object.as_mut();
    Ok(())
}

fn allocation_failure_is_an_error(_env: &Env) -> Result {
    #[pin_data]
    struct Huge {
        #[pin]
        work: IrqWork<Self>,
        #[pin]
        room: MaybeUninit<[u8; 1 << 30]>,
    }

    impl_has_irq_work! {
        impl HasIrqWork for Huge { self.work }
    }

    impl IrqWorkCallback for Huge {
        type Mode = Hard;
        type Pointer = Pin<KBox<Self>>;

        fn run(_this: Pin<&Self>, _cx: &Cx<Hard>) {}
    }

    let huge = KBox::pin_init(
        pin_init!(Huge {
            work <- IrqWork::new(),
            room <- MaybeUninit::<[u8; 1 << 30]>::uninit_in_place(),
        }),
        GFP_KERNEL | kernel::alloc::flags::__GFP_NOWARN,
    );
    check!(huge.map(Handle::from).err() == Some(ENOMEM));
    Ok(())
}

tests! {
    (&Env)
    pending_work_runs_once,
    runs_where_it_was_sent,
    own_cpu_is_not_inline,
    offline_is_refused,
    nmi_may_queue_but_not_send,
    callback_queues_itself,
    sync_waits_for_all_cpus,
    sync_returns_though_the_work_is_never_idle,
    shutdown_is_the_end,
    dropped_while_pending,
    dropped_while_running,
    last_handle_dropped_in_each_context,
    cloned_and_asked_in_each_context,
    last_handle_dropped_in_the_callback,
    endless_work_ends_with_its_handle,
    into_inner_waits,
    object_outlives_its_handles,
    static_object_has_any_number_of_handles,
    exclusive_runs_are_serial,
    allocation_failure_is_an_error,
}

struct Rules;

impl kernel::Module for Rules {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Env::new(
            param(module_parameters::other.value()),
            param(module_parameters::third.value()),
            param(module_parameters::offline.value()),
        )?
        .report(TESTS);
        Ok(Self)
    }
}
