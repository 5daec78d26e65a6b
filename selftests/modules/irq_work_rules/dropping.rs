// SPDX-License-Identifier: GPL-2.0

//! Handles that are dropped, or asked, at any time and in any context.

use super::*;

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

pub(super) fn dropped_while_pending(env: &Env) -> Result {
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

pub(super) fn dropped_while_running(env: &Env) -> Result {
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

pub(super) fn last_handle_dropped_in_each_context(env: &Env) -> Result {
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
pub(super) fn cloned_and_asked_in_each_context(env: &Env) -> Result {
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

pub(super) fn endless_work_ends_with_its_handle(env: &Env) -> Result {
    fn in_mode<M: Mode>(env: &Env) -> Result {
        let drops = Drops::new()?;
        let runs = count()?;
        let refused = count()?;
        let (its, owned, refusals) = (runs.clone(), Dropped(drops.clone()), refused.clone());
        let cpus = [env.other, env.third];
        let work = irq_work::new::<M, _>(
            move |cx| {
                let _ = &owned;
                its.fetch_add(1, Relaxed);
                refusals.fetch_add(u32::from(requeue_in_turn(cx, cpus).is_err()), Relaxed);
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
