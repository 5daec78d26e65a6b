// SPDX-License-Identifier: GPL-2.0

//! Where an attempt may be made, and what it does.

use super::*;

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

pub(super) fn overlapping_runs_in_each_context(env: &Env) -> Result {
    in_each_context(env, overlapping(|_| ())?)
}

pub(super) fn serial_runs_in_each_context(env: &Env) -> Result {
    in_each_context(env, serial(|_| ())?)
}

pub(super) fn nmi_cannot_fire_elsewhere(env: &Env) -> Result {
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

pub(super) fn own_cpu_is_not_inline(env: &Env) -> Result {
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

pub(super) fn overlapping_is_busy_while_pending(env: &Env) -> Result {
    busy_while_pending(env, overlapping(|_| ())?)
}

pub(super) fn serial_is_busy_while_pending(env: &Env) -> Result {
    busy_while_pending(env, serial(|_| ())?)
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

pub(super) fn overlapping_refuses_an_offline_cpu(env: &Env) -> Result {
    offline_is_refused(env, overlapping(|_| ())?)
}

pub(super) fn serial_refuses_an_offline_cpu(env: &Env) -> Result {
    offline_is_refused(env, serial(|_| ())?)
}
