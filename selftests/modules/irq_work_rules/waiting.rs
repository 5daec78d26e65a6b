// SPDX-License-Identifier: GPL-2.0

//! What waits for runs to end: sync, and shutdown.

use super::*;

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
pub(super) fn sync_waits_for_all_cpus(env: &Env) -> Result {
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
pub(super) fn sync_returns_though_the_work_is_never_idle(env: &Env) -> Result {
    const SYNCS: u32 = 5;

    fn in_mode<M: Mode>(env: &Env) -> Result {
        let stop = Atomic::<bool>::new(false);
        let asked = Atomic::<u32>::new(0);
        let seen = Atomic::<u32>::new(0);
        let (synced, wrong) = (Atomic::<u32>::new(0), Atomic::<u32>::new(0));

        let cpus = [env.other, env.third];
        let callback = |cx: &Cx<M>| {
            // Each run has written before it asks for the next.
            seen.store(asked.load(Relaxed), Relaxed);
            if !stop.load(Relaxed) {
                let _ = requeue_in_turn(cx, cpus);
            }
        };
        irq_work::scope(&env.task, callback, |work| {
            check!(work.queue_on(env.other, &env.task)?);
            let waiter = Thread::start(env.here, |_| {
                let task = TaskContext::new();
                for _ in 0..SYNCS {
                    let number = asked.fetch_add(1, Relaxed) + 1;
                    // It is pending, mostly. If it is not, that makes two.
                    let _ = work.queue_on(cpus[0], &task);
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
pub(super) fn shutdown_is_the_end(env: &Env) -> Result {
    fn in_mode<M: Mode>(env: &Env) -> Result {
        let (over, late) = (flag()?, flag()?);
        let runs = count()?;
        let (is_over, is_late, its) = (over.clone(), late.clone(), runs.clone());
        let cpus = [env.other, env.third];
        let work = irq_work::new::<M, _>(
            move |cx| {
                its.fetch_add(1, Relaxed);
                let _ = requeue_in_turn(cx, cpus);
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
            let queuers = cpus.map(|cpu| Thread::start(cpu, &queue));
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

/// No grace period stands for that: a lazy work of a CPU that is in a task waits for the next tick,
/// while an expedited grace period takes less. (On `PREEMPT_RT` that is a normal one, which takes
/// longer.)
pub(super) fn shutdown_waits_for_what_is_pending(env: &Env) -> Result {
    for _ in 0..20 {
        let (work, runs) = counting::<Lazy>()?;
        check!(work.queue() == Ok(true));
        work.shutdown_with(irq_work::GracePeriod::Expedited, &env.task);
        check!(runs.load(Relaxed) == 1 && !work.is_pending());
    }
    Ok(())
}
