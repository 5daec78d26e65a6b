// SPDX-License-Identifier: GPL-2.0

//! Which runs an attempt is followed by.

use super::*;

pub(super) fn overlapping_overlaps(env: &Env) -> Result {
    let open = flag()?;
    let gate = open.clone();
    let (call, record) = overlapping(move |_| _ = spin_until(|| gate.load(Relaxed)))?;
    check!(call.fire(env.other, &env.task)? == Fired::Queued);
    sleep_until(|| record.counts().0 == 1)?;
    check!(call.fire(env.third, &env.task)? == Fired::Queued);
    let both = sleep_until(|| record.counts().0 == 2);
    open.store(true, Relaxed);
    call.sync(&env.task);
    check!(both.is_ok() && record.ran_on(env.third));
    Ok(())
}

/// Fired three times while it runs: it runs once more, and on the same CPU. A waiter waits for
/// that run, though at first another one ends.
pub(super) fn serial_runs_once_more(env: &Env) -> Result {
    let (open, ended) = (flag()?, count()?);
    let (gate, ends) = (open.clone(), ended.clone());
    let (call, record) = serial(move |run| {
        if run == 1 {
            spin_until(|| gate.load(Relaxed));
        } else {
            spin_ms(50);
        }
        ends.fetch_add(1, Relaxed);
    })?;
    check!(call.fire(env.other, &env.task)? == Fired::Queued);
    sleep_until(|| record.counts().0 == 1)?;
    for cpu in [env.third, env.here, env.other] {
        check!(call.fire(cpu, &env.task)? == Fired::Busy && call.is_pending());
    }
    check!(record.counts() == (1, 1));
    open.store(true, Relaxed);
    call.sync(&env.task);
    check!(ended.load(Relaxed) == 2 && !call.is_pending());
    check!(record.counts() == (2, 4) && record.ran_on(env.other));
    Ok(())
}

pub(super) fn serial_callback_fires_itself(env: &Env) -> Result {
    const RUNS: u32 = 1000;

    let record = Record::new()?;
    let its = record.clone();
    let wrong = count()?;
    let errors = wrong.clone();
    let (other, third, offline) = (env.other, env.third, env.offline);
    let call = shared::serial(
        move |cx| {
            its.note(cx, cx.attempts());
            let fired = match its.counts().0 {
                RUNS.. => return,
                n if n % 2 == 0 => cx.fire_here(),
                // It stays here.
                _ => cx.fire(third),
            };
            let ok = fired == Ok(Fired::Busy)
                && cx.fire(offline) == Err(ENXIO)
                && cx.attempts() == 1
                && cx.cpu() == other;
            errors.fetch_add(u32::from(!ok), Relaxed);
        },
        GFP_KERNEL,
    )?;
    check!(call.fire(other, &env.task)? == Fired::Queued);
    let done = sleep_until(|| record.counts().0 == RUNS);
    call.sync(&env.task);
    check!(done.is_ok() && record.counts() == (RUNS, RUNS.into()));
    check!(wrong.load(Relaxed) == 0);
    Ok(())
}

pub(super) fn overlapping_callback_fires_itself(env: &Env) -> Result {
    const RUNS: u32 = 1000;

    let record = Record::new()?;
    let its = record.clone();
    let wrong = count()?;
    let errors = wrong.clone();
    let (other, third) = (env.other, env.third);
    let call = shared::new(
        move |cx| {
            its.note(cx, 1);
            let fired = match its.counts().0 {
                RUNS.. => return,
                n if n % 2 == 0 => cx.fire_here(),
                _ if cx.cpu() == other => cx.fire(third),
                _ => cx.fire(other),
            };
            errors.fetch_add(u32::from(fired != Ok(Fired::Queued)), Relaxed);
        },
        GFP_KERNEL,
    )?;
    check!(call.fire(other, &env.task)? == Fired::Queued);
    let done = sleep_until(|| record.counts().0 == RUNS);
    call.sync(&env.task);
    check!(done.is_ok() && record.counts().0 == RUNS && wrong.load(Relaxed) == 0);
    Ok(())
}

/// All CPUs fire at all CPUs. The callback has a number to itself, and says when it is not alone.
pub(super) fn serial_runs_are_serial(env: &Env) -> Result {
    const EACH: u32 = 20_000;

    let record = Record::new()?;
    let (its, inside, overlaps) = (record.clone(), flag()?, count()?);
    let (entered, seen) = (inside.clone(), overlaps.clone());
    let mut runs = 0u32;
    let total = count()?;
    let own = total.clone();
    let call = shared::serial(
        move |cx| {
            let alone = !entered.xchg(true, Relaxed);
            seen.fetch_add(u32::from(!alone), Relaxed);
            runs += 1;
            own.store(runs, Relaxed);
            its.note(cx, cx.attempts());
            entered.store(false, Relaxed);
        },
        GFP_KERNEL,
    )?;
    let fired = count()?;
    let cpus = online_cpus().count() as u32;
    in_threads(online_cpus(), |cpu| {
        let task = TaskContext::new();
        for n in 0..EACH {
            let to = online_cpus().nth(((cpu.as_u32() + n) % cpus.max(1)) as usize);
            let ok = to.is_some_and(|to| call.fire(to, &task).is_ok());
            fired.fetch_add(u32::from(ok), Relaxed);
        }
    })?;
    call.sync(&env.task);
    let (runs, attempts) = record.counts();
    pr_info!("ktap: # {attempts} attempts, {runs} runs\n");
    check!(overlaps.load(Relaxed) == 0);
    check!(total.load(Relaxed) == runs);
    check!(attempts == u64::from(EACH * cpus) && fired.load(Relaxed) == EACH * cpus);
    Ok(())
}

/// A waiter waits for the runs that were due, though others fire it all the time.
pub(super) fn sync_returns_though_it_is_never_idle(env: &Env) -> Result {
    const SYNCS: u32 = 20;

    let (asked, seen) = (count()?, count()?);
    let (asks, sees) = (asked.clone(), seen.clone());
    let call = shared::serial(move |_| sees.store(asks.load(Relaxed), Relaxed), GFP_KERNEL)?;
    let (stop, to) = (flag()?, env.other);
    let fire = |_| {
        let task = TaskContext::new();
        while !stop.load(Relaxed) {
            let _ = call.fire(to, &task);
        }
    };
    let others = [
        Thread::start(env.other, fire)?,
        Thread::start(env.third, fire)?,
    ];
    let mut late = 0;
    for number in 1..=SYNCS {
        asked.store(number, Relaxed);
        let fired = call.fire(to, &env.task);
        call.sync(&env.task);
        late += u32::from(fired.is_err() || seen.load(Relaxed) < number);
    }
    stop.store(true, Relaxed);
    drop(others);
    check!(late == 0);
    Ok(())
}
