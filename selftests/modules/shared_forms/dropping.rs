// SPDX-License-Identifier: GPL-2.0

//! Handles that are dropped at any time and in any context.

use super::*;

pub(super) fn dropped_while_pending(env: &Env) -> Result {
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
pub(super) fn promise_outlives_the_last_handle(env: &Env) -> Result {
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

pub(super) fn last_handle_dropped_in_each_context(env: &Env) -> Result {
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

pub(super) fn last_handle_dropped_in_the_callback(env: &Env) -> Result {
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

pub(super) fn endless_call_ends_with_its_handle(env: &Env) -> Result {
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
    // But for other interrupts, between two runs.
    let between = flag()?;
    let its = between.clone();
    let interrupt = csd::new(move |_: &IrqsOff| its.store(true, Relaxed), GFP_KERNEL)?;
    let interrupt = interrupt.call_on(env.other)?;
    let came = (0..3).any(|_| spin_until(|| between.load(Relaxed)));
    drop(call);
    drop(interrupt.wait(&env.task));
    check!(came);
    check!(reaped(&drops, 1) && runs.load(Relaxed) > 10 && refused.load(Relaxed) == 1);
    Ok(())
}
