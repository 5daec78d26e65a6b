// SPDX-License-Identifier: GPL-2.0

//! What a shared call promises, in each mode.
//!
//! Needs three CPUs that are online, and one that is not.

use core::cell::UnsafeCell;
use crosscall::{
    calls::shared::{
        self,
        Call,
        Callback,
        Fired,
        Mode,
        Overlapping,
        Serial, //
    },
    context::{
        IrqsOff,
        NotInNmi,
        TaskContext, //
    },
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc, //
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
    type: Forms,
    name: "shared_forms",
    authors: ["crosscall developers"],
    description: "Test of what a shared call promises",
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

/// What a callback leaves behind.
struct Record {
    runs: Atomic<u32>,
    attempts: Atomic<u64>,
    cpu: Atomic<u32>,
    irqs_off: Atomic<bool>,
}

impl Record {
    fn new() -> Result<Arc<Self>> {
        Ok(Arc::new(
            Self {
                runs: Atomic::new(0),
                attempts: Atomic::new(0),
                cpu: Atomic::new(u32::MAX),
                irqs_off: Atomic::<bool>::new(false),
            },
            GFP_KERNEL,
        )?)
    }

    fn note(&self, cx: &IrqsOff, attempts: u64) {
        let as_promised = irqs_disabled() && Context::current() != Context::Nmi;
        self.irqs_off.store(as_promised, Relaxed);
        self.cpu.store(cx.cpu().as_u32(), Relaxed);
        self.attempts.fetch_add(attempts, Relaxed);
        self.runs.fetch_add(1, Relaxed);
    }

    /// How many times it ran, and for how many attempts.
    fn counts(&self) -> (u32, u64) {
        (self.runs.load(Relaxed), self.attempts.load(Relaxed))
    }

    fn ran_on(&self, cpu: CpuId) -> bool {
        self.cpu.load(Relaxed) == cpu.as_u32() && self.irqs_off.load(Relaxed)
    }
}

/// A call that notes its runs, and then runs `also` with the number of the run.
fn overlapping(
    also: impl Fn(u32) + Send + Sync + 'static,
) -> Result<(Call<Overlapping, impl Callback<Overlapping>>, Arc<Record>)> {
    let record = Record::new()?;
    let its = record.clone();
    let call = shared::new(
        move |cx| {
            its.note(cx, 1);
            also(its.counts().0);
        },
        GFP_KERNEL,
    )?;
    Ok((call, record))
}

/// The same, serial.
fn serial(
    mut also: impl FnMut(u32) + Send + 'static,
) -> Result<(Call<Serial, impl Callback<Serial>>, Arc<Record>)> {
    let record = Record::new()?;
    let its = record.clone();
    let call = shared::serial(
        move |cx| {
            its.note(cx, cx.attempts());
            also(its.counts().0);
        },
        GFP_KERNEL,
    )?;
    Ok((call, record))
}

/// Fires from each context on each CPU, at each CPU.
fn in_each_context<M: Mode, F: Callback<M>>(
    env: &Env,
    (call, record): (Call<M, F>, Arc<Record>),
) -> Result {
    for context in Context::ALL {
        for (from, to) in [
            (env.here, env.here),
            (env.other, env.other),
            (env.here, env.third),
        ] {
            let before = record.counts().0;
            let mut fired = Err(EIO);
            run_in(context, from, || {
                fired = match NotInNmi::new() {
                    Ok(cx) => call.fire(to, &cx),
                    Err(_) => call.fire_here(),
                };
            })?;
            call.sync(&env.task);
            check!(fired == Ok(Fired::Queued));
            check!(record.counts().0 == before + 1);
            let to = if context == Context::Nmi { from } else { to };
            check!(record.ran_on(to));
        }
    }
    Ok(())
}

fn overlapping_runs_in_each_context(env: &Env) -> Result {
    in_each_context(env, overlapping(|_| ())?)
}

fn serial_runs_in_each_context(env: &Env) -> Result {
    in_each_context(env, serial(|_| ())?)
}

fn nmi_cannot_fire_elsewhere(env: &Env) -> Result {
    let (call, record) = serial(|_| ())?;
    let third = env.third;
    let mut fired = [Ok(Fired::Busy), Err(EIO), Err(EIO)];
    run_in(Context::Nmi, env.other, || {
        // SAFETY: They are, though no handler would be given this token.
        let irqs_off = unsafe { IrqsOff::assume_off() };
        fired[0] = call.fire(third, &irqs_off);
        fired[1] = call.fire_here();
        fired[2] = call.fire_here();
    })?;
    call.sync(&env.task);
    check!(fired == [Err(EPERM), Ok(Fired::Queued), Ok(Fired::Busy)]);
    check!(record.counts() == (1, 2) && record.ran_on(env.other));
    Ok(())
}

fn own_cpu_is_not_inline(env: &Env) -> Result {
    let (call, record) = serial(|_| ())?;
    let inside = csd::call(&env.task, env.here, |irqs_off| {
        let fired = call.fire(irqs_off.cpu(), irqs_off);
        (fired, record.counts().0)
    })?;
    check!(inside == (Ok(Fired::Queued), 0));
    call.sync(&env.task);
    check!(record.counts() == (1, 1));
    Ok(())
}

/// While the target is held one run is due, whichever CPU fires, and wherever it wants the run.
fn busy_while_pending<M: Mode, F: Callback<M>>(
    env: &Env,
    (call, record): (Call<M, F>, Arc<Record>),
) -> Result {
    let (holder, open) = hold(env.other)?;
    check!(call.fire(env.other, &env.task)? == Fired::Queued);
    check!(call.fire(env.third, &env.task)? == Fired::Busy);
    check!(call.clone().fire_here()? == Fired::Busy);
    let here = env.here;
    let there = csd::call(&env.task, env.third, |irqs_off| {
        (call.fire(here, irqs_off), call.fire_here())
    })?;
    check!(there == (Ok(Fired::Busy), Ok(Fired::Busy)));
    // This is no attempt.
    check!(call.fire(env.offline, &env.task) == Err(ENXIO));
    check!(record.counts() == (0, 0));
    open.store(true, Relaxed);
    call.sync(&env.task);
    check!(record.counts() == (1, if M::SERIAL { 5 } else { 1 }));
    check!(record.ran_on(env.other));
    drop(holder.wait(&env.task));
    Ok(())
}

fn overlapping_is_busy_while_pending(env: &Env) -> Result {
    busy_while_pending(env, overlapping(|_| ())?)
}

fn serial_is_busy_while_pending(env: &Env) -> Result {
    busy_while_pending(env, serial(|_| ())?)
}

fn overlapping_overlaps(env: &Env) -> Result {
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
fn serial_runs_once_more(env: &Env) -> Result {
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
        check!(call.fire(cpu, &env.task)? == Fired::Busy);
    }
    check!(record.counts() == (1, 1));
    open.store(true, Relaxed);
    call.sync(&env.task);
    check!(ended.load(Relaxed) == 2);
    check!(record.counts() == (2, 4) && record.ran_on(env.other));
    Ok(())
}

fn offline_is_refused<M: Mode, F: Callback<M>>(
    env: &Env,
    (call, record): (Call<M, F>, Arc<Record>),
) -> Result {
    check!(call.fire(env.offline, &env.task) == Err(ENXIO));
    // That left nothing pending.
    check!(call.fire(env.other, &env.task)? == Fired::Queued);
    call.sync(&env.task);
    check!(record.counts() == (1, 1));
    Ok(())
}

fn overlapping_refuses_an_offline_cpu(env: &Env) -> Result {
    offline_is_refused(env, overlapping(|_| ())?)
}

fn serial_refuses_an_offline_cpu(env: &Env) -> Result {
    offline_is_refused(env, serial(|_| ())?)
}

fn serial_callback_fires_itself(env: &Env) -> Result {
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

fn overlapping_callback_fires_itself(env: &Env) -> Result {
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
fn serial_runs_are_serial(env: &Env) -> Result {
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
fn sync_returns_though_it_is_never_idle(env: &Env) -> Result {
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

fn dropped_while_pending(env: &Env) -> Result {
    let drops = Drops::new()?;
    let owned = Dropped(drops.clone());
    let (call, record) = serial(move |_| {
        let _ = &owned;
    })?;
    let (holder, open) = hold(env.other)?;
    check!(call.fire(env.other, &env.task)? == Fired::Queued);
    check!(call.fire(env.third, &env.task)? == Fired::Busy);
    drop(call);
    check!(drops.counts() == (0, 0) && record.counts() == (0, 0));
    open.store(true, Relaxed);
    drop(holder.wait(&env.task));
    check!(reaped(&drops, 1) && record.counts() == (1, 2));
    Ok(())
}

/// Somebody was told that it is busy, and then the last handle goes: it runs once more all the
/// same.
fn promise_outlives_the_last_handle(env: &Env) -> Result {
    let (drops, open) = (Drops::new()?, flag()?);
    let (owned, gate) = (Dropped(drops.clone()), open.clone());
    let (call, record) = serial(move |_| {
        let _ = &owned;
        spin_until(|| gate.load(Relaxed));
    })?;
    check!(call.fire(env.other, &env.task)? == Fired::Queued);
    sleep_until(|| record.counts().0 == 1)?;
    check!(call.fire(env.third, &env.task)? == Fired::Busy);
    drop(call);
    sleep_ms(20);
    check!(drops.counts() == (0, 0));
    open.store(true, Relaxed);
    check!(reaped(&drops, 1) && record.counts() == (2, 2));
    Ok(())
}

fn last_handle_dropped_in_each_context(env: &Env) -> Result {
    for context in Context::ALL {
        let drops = Drops::new()?;
        let owned = Dropped(drops.clone());
        let (call, record) = serial(move |_| {
            let _ = &owned;
        })?;
        let mut last = Some(call);
        run_in(context, env.other, || {
            let _ = last.take().map(|call| call.fire_here());
        })?;
        check!(reaped(&drops, 1) && record.counts() == (1, 1));
    }
    Ok(())
}

type Runner = fn(&shared::Context<Serial>);

/// Where a callback finds its last handle.
struct Seat(UnsafeCell<Option<Call<Serial, Runner>>>);

// SAFETY: Written while the call is idle, taken by its one run.
unsafe impl Sync for Seat {}

fn last_handle_dropped_in_the_callback(env: &Env) -> Result {
    static SEAT: Seat = Seat(UnsafeCell::new(None));
    static RUNS: Atomic<u32> = Atomic::new(0);
    static REFUSED: Atomic<u32> = Atomic::new(0);
    const TIMES: u32 = 20;

    let drop_it: Runner = |cx| {
        // SAFETY: The cell was written while the call was idle, and this is its one run.
        drop(unsafe { (*SEAT.0.get()).take() });
        let refused = cx.fire_here() != Ok(Fired::Busy);
        REFUSED.fetch_add(u32::from(refused), Relaxed);
        RUNS.fetch_add(1, Relaxed);
    };
    for n in 1..=TIMES {
        let call = shared::serial(drop_it, GFP_KERNEL)?;
        let ran = RUNS.load(Relaxed);
        // SAFETY: The call is idle, and the last one is over.
        unsafe { *SEAT.0.get() = Some(call.clone()) };
        let (holder, open) = hold(env.other)?;
        check!(call.fire(env.other, &env.task)? == Fired::Queued);
        drop(call);
        open.store(true, Relaxed);
        drop(holder.wait(&env.task));
        sleep_until(|| RUNS.load(Relaxed) > ran)?;
        check!(REFUSED.load(Relaxed) == n && RUNS.load(Relaxed) == n);
    }
    Ok(())
}

fn endless_call_ends_with_its_handle(env: &Env) -> Result {
    let (drops, runs, refused) = (Drops::new()?, count()?, count()?);
    let (owned, its, refusals) = (Dropped(drops.clone()), runs.clone(), refused.clone());
    let call = shared::serial(
        move |cx| {
            let _ = &owned;
            its.fetch_add(1, Relaxed);
            refusals.fetch_add(u32::from(cx.fire_here().is_err()), Relaxed);
        },
        GFP_KERNEL,
    )?;
    check!(call.fire(env.other, &env.task)? == Fired::Queued);
    // Not asleep: that CPU may be the one to wake us, and has no time for it.
    spin_until(|| runs.load(Relaxed) > 10);
    drop(call);
    check!(reaped(&drops, 1) && runs.load(Relaxed) > 10 && refused.load(Relaxed) == 1);
    Ok(())
}

tests! {
    (&Env)
    overlapping_runs_in_each_context,
    serial_runs_in_each_context,
    nmi_cannot_fire_elsewhere,
    own_cpu_is_not_inline,
    overlapping_is_busy_while_pending,
    serial_is_busy_while_pending,
    overlapping_overlaps,
    serial_runs_once_more,
    overlapping_refuses_an_offline_cpu,
    serial_refuses_an_offline_cpu,
    overlapping_callback_fires_itself,
    serial_callback_fires_itself,
    serial_runs_are_serial,
    sync_returns_though_it_is_never_idle,
    dropped_while_pending,
    promise_outlives_the_last_handle,
    last_handle_dropped_in_each_context,
    last_handle_dropped_in_the_callback,
    endless_call_ends_with_its_handle,
}

struct Forms;

impl kernel::Module for Forms {
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
