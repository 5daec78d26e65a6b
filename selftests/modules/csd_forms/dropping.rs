// SPDX-License-Identifier: GPL-2.0

//! When and where it is dropped what a call owns.

use super::*;

pub(super) fn dropped_token_is_reaped(env: &Env) -> Result {
    let drops = Drops::new()?;
    let (holder, gate) = hold(env.other)?;
    let (payload, result) = (Dropped(drops.clone()), drops.clone());
    let idle = csd::new(
        move |_: &IrqsOff| {
            let _ = &payload;
            Dropped(result.clone())
        },
        GFP_KERNEL,
    )?;
    drop(idle.call_on(env.other)?);
    check!(drops.counts() == (0, 0));
    gate.open.store(true, Relaxed);
    drop(holder.wait(&env.task));
    // The payload and the result.
    check!(reaped(&drops, 2));
    Ok(())
}

pub(super) fn token_dropped_after_the_run(env: &Env) -> Result {
    let drops = Drops::new()?;
    let payload = Dropped(drops.clone());
    let idle = csd::new(move |_: &IrqsOff| drop(payload.0.clone()), GFP_KERNEL)?;
    drop(idle.call_on(env.here)?);
    check!(reaped(&drops, 1));

    // The same in a callback, where nothing may be dropped.
    let payload = Dropped(drops.clone());
    let idle = csd::new(move |_: &IrqsOff| drop(payload.0.clone()), GFP_KERNEL)?;
    let mut in_flight = Some(idle.call_on(env.here)?);
    csd::call(&env.task, env.other, |_| drop(in_flight.take()))?;
    check!(reaped(&drops, 2));
    Ok(())
}

pub(super) fn shared_object_outlives_its_call(env: &Env) -> Result {
    patiently(|ms| shared_object_outlives_its_call_by(env, ms))
}

fn shared_object_outlives_its_call_by(env: &Env, ms: u32) -> Result {
    let (in_flight, gate) = hold(env.other)?;
    drop(in_flight);
    gate.open.store(true, Relaxed);
    // Time for the reaper to drop the token's reference; the other one keeps the object.
    sleep_ms(ms);
    let unique = Arc::into_unique_or_drop(gate).ok_or(EIO)?;
    // It can have another token, whose call works as any.
    let (_, ran_on) = Idle::from(unique).call_on(env.other)?.wait(&env.task);
    check!(ran_on == env.other);
    Ok(())
}

pub(super) fn csd_without_owner_is_not_registered(env: &Env) -> Result {
    use pin_init::Wrapper;

    // Nobody drops what is in a `MaybeUninit`: its memory just goes.
    for _ in 0..100 {
        let csd = MaybeUninit::pin_init(Csd::<Counter>::new());
        drop(KBox::pin_init(csd, GFP_KERNEL)?);
    }
    drop(Counter::new()?.call_on(env.other)?.wait(&env.task));
    Ok(())
}

pub(super) fn waiter_drops_state_and_result(env: &Env) -> Result {
    let drops = Drops::new()?;
    let (payload, result) = (Dropped(drops.clone()), drops.clone());
    let idle = csd::new(
        move |_: &IrqsOff| {
            let _ = &payload;
            Dropped(result.clone())
        },
        GFP_KERNEL,
    )?;
    let (idle, result) = idle.call_on(env.other)?.wait(&env.task);
    check!(drops.counts() == (0, 0));
    drop(result);
    check!(drops.counts() == (1, 0));
    drop(idle);
    check!(drops.counts() == (2, 0));
    Ok(())
}
