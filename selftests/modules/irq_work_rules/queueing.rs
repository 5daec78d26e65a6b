// SPDX-License-Identifier: GPL-2.0

//! Where and how often a work runs that is queued.

use super::*;

pub(super) fn pending_work_runs_once(env: &Env) -> Result {
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

pub(super) fn runs_where_it_was_sent(env: &Env) -> Result {
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

pub(super) fn own_cpu_is_not_inline(env: &Env) -> Result {
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

pub(super) fn offline_is_refused(env: &Env) -> Result {
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

pub(super) fn nmi_may_queue_but_not_send(env: &Env) -> Result {
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

pub(super) fn callback_queues_itself(env: &Env) -> Result {
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

pub(super) fn exclusive_runs_are_serial(env: &Env) -> Result {
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
