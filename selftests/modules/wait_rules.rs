// SPDX-License-Identifier: GPL-2.0

//! Waits that end early: by a timeout, by a fatal signal, by an expedited grace period.
//!
//! Load it bound to a CPU (`taskset 1 insmod`), with `other=` and `third=` two others that are
//! online, and `offline=` one that is not.

use crosscall::{
    calls::{
        many,
        shared, //
    },
    context::IrqsOff,
    csd,
    irq_work::{
        self,
        exclusive::{
            self,
            IdleCallback,
            Killed, //
        },
        Callback,
        CallbackHandle,
        GracePeriod,
        Hard,
        Lazy,
        Mode,
        Normal,
        Stall, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
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

extern "C" {
    // From crosscall.ko.
    fn rust_helper_stat(cpu: u32, which: u32) -> usize;
}

/// How many waits for what was queued on `cpu` have timed out.
fn stalled(cpu: CpuId) -> usize {
    // SAFETY: The helper checks the CPU. 5 is `stalled` in `rust/helpers/stats.c`.
    unsafe { rust_helper_stat(cpu.as_u32(), 5) }
}

/// In jiffies.
const SHORT: usize = 3;
const LONG: usize = 10_000;

/// Whether a report is of something that waits for its turn on `cpu`.
fn is_queued_on(stall: &Stall, cpu: CpuId, function: &str) -> Result {
    pr_info!("ktap: # {stall}\n");
    check!(stall.cpu == cpu.as_u32() && !stall.started && stall.age_ms > 0);
    check!(stall.function().contains(function));
    Ok(())
}

/// The error in a refusal to wait.
fn error_of<T, E: Into<Error>>(result: Result<T, E>) -> Option<Error> {
    result.err().map(Into::into)
}

fn csd_wait_is_killed(env: &Env) -> Result {
    let drops = Drops::new()?;
    let call = || -> Result<_> {
        let (payload, result) = (Dropped(drops.clone()), drops.clone());
        Ok(csd::new(
            move |_: &IrqsOff| {
                let _ = &payload;
                Dropped(result.clone())
            },
            GFP_KERNEL,
        )?)
    };
    let (holder, open) = hold(env.other)?;
    let in_flight = call()?.call_on(env.other)?;
    let given_up = call()?.call_on(env.other)?;

    let result = while_killed(|| in_flight.wait_killable(&env.task).map(|_| ()));
    let Killed { in_flight } = match result {
        Ok(()) => return Err(EIO),
        Err(killed) => killed,
    };
    check!(error_of(while_killed(|| given_up.wait_killable(&env.task))) == Some(EINTR));
    open.store(true, Relaxed);
    drop(holder.wait(&env.task));
    // It still ends; and one that nobody waits for any more is reaped.
    check!(in_flight.wait_killable(&env.task).is_ok());
    check!(reaped(&drops, 4));
    // What has ended is found, whatever the signals.
    let ended = csd::new(|_: &IrqsOff| 7, GFP_KERNEL)?.call_on(env.here)?;
    check!(while_killed(|| ended.wait_killable(&env.task)).is_ok());
    Ok(())
}

fn many_wait_is_killed(env: &Env) -> Result {
    let (holder, open) = hold(env.other)?;
    let in_flight = many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?.call_all()?;
    let result = while_killed(|| in_flight.wait_killable(&env.task).map(|_| ()));
    open.store(true, Relaxed);
    drop(holder.wait(&env.task));
    let Killed { in_flight } = match result {
        Ok(()) => return Err(EIO),
        Err(killed) => killed,
    };
    let done = in_flight.wait_killable(&env.task)?;
    let ran_on = |(cpu, result): (CpuId, Result<&CpuId>)| (cpu, result.copied());
    check!(done
        .iter()
        .map(ran_on)
        .eq(online_cpus().map(|cpu| (cpu, Ok(cpu)))));
    Ok(())
}

fn exclusive_work_times_out(env: &Env) -> Result {
    fn in_mode<M: Mode>(env: &Env) -> Result {
        let runs = count()?;
        let its = runs.clone();
        let work =
            irq_work::exclusive::new::<M, _>(move |_| _ = its.fetch_add(1, Relaxed), GFP_KERNEL)?;
        let (holder, open) = hold(env.other)?;
        let before = stalled(env.other);
        let in_flight = work.queue_on(env.other, &env.task)?;
        let timed_out = match in_flight.wait_timeout(&env.task, SHORT) {
            Ok(_) => return Err(EIO),
            Err(timed_out) => timed_out,
        };
        is_queued_on(&timed_out.stall, env.other, "exclusive_work_times_out")?;
        check!(stalled(env.other) == before + 1);
        check!(timed_out.in_flight.stall().cpu == env.other.as_u32());

        let killed = while_killed(|| timed_out.in_flight.wait_killable(&env.task));
        let Killed { in_flight } = match killed {
            Ok(_) => return Err(EIO),
            Err(killed) => killed,
        };
        check!(runs.load(Relaxed) == 0);
        open.store(true, Relaxed);
        drop(holder.wait(&env.task));
        let idle = in_flight
            .wait_timeout(&env.task, LONG)
            .map_err(|_| ETIMEDOUT)?;
        check!(runs.load(Relaxed) == 1 && stalled(env.other) == before + 1);
        let idle = idle.queue()?.wait_killable(&env.task)?;
        drop(idle.into_inner_with(GracePeriod::Expedited, &env.task));
        check!(runs.load(Relaxed) == 2);
        Ok(())
    }
    in_mode::<Hard>(env)?;
    in_mode::<Normal>(env)?;
    in_mode::<Lazy>(env)
}

fn sync_times_out(env: &Env) -> Result {
    let runs = count()?;
    let its = runs.clone();
    let work = irq_work::new::<Hard, _>(move |_| _ = its.fetch_add(1, Relaxed), GFP_KERNEL)?;
    check!(!work.is_pending() && work.sync_timeout(&env.task, SHORT).is_ok());
    check!(while_killed(|| work.sync_killable(&env.task)).is_ok());

    let (holder, open) = hold(env.other)?;
    let before = stalled(env.other);
    check!(work.queue_on(env.other, &env.task)?);
    check!(work.is_pending());
    let stall = match work.sync_timeout(&env.task, SHORT) {
        Ok(()) => return Err(EIO),
        Err(stall) => stall,
    };
    is_queued_on(&stall, env.other, "sync_times_out")?;
    check!(stalled(env.other) == before + 1);
    check!(error_of(work.sync_timeout(&env.task, 0)) == Some(ETIMEDOUT));
    check!(while_killed(|| work.sync_killable(&env.task)) == Err(EINTR));
    check!(work.is_pending() && runs.load(Relaxed) == 0);
    open.store(true, Relaxed);
    drop(holder.wait(&env.task));
    check!(work.sync_timeout(&env.task, LONG).is_ok());
    check!(!work.is_pending() && runs.load(Relaxed) == 1);
    Ok(())
}

/// Also for a work that is never idle, runs that were due end.
fn sync_of_a_busy_work_ends(env: &Env) -> Result {
    let stop = Atomic::<bool>::new(false);
    let (other, third) = (env.other, env.third);
    let callback = |cx: &irq_work::Context<Hard>| {
        if !stop.load(Relaxed) {
            // On two CPUs in turn: on one it would leave no time for anything else.
            let here = CpuId::current();
            let _ = cx.requeue_on(if here == other { third } else { other });
        }
    };
    irq_work::scope_with(GracePeriod::Expedited, &env.task, callback, |work| {
        check!(work.queue_on(other, &env.task)?);
        let mut result = Ok(());
        for _ in 0..3 {
            result = result.and(work.sync_timeout(&env.task, LONG).map_err(Error::from));
            result = result.and(work.sync_killable(&env.task));
        }
        stop.store(true, Relaxed);
        result
    })
}

fn shared_sync_times_out(env: &Env) -> Result {
    fn in_mode<M: shared::Mode, F: shared::Callback<M>>(
        env: &Env,
        call: shared::Call<M, F>,
    ) -> Result {
        let (holder, open) = hold(env.other)?;
        check!(!call.is_pending() && call.sync_timeout(&env.task, SHORT).is_ok());
        call.fire(env.other, &env.task)?;
        let stall = match call.sync_timeout(&env.task, SHORT) {
            Ok(()) => return Err(EIO),
            Err(stall) => stall,
        };
        check!(stall.cpu == env.other.as_u32() && call.is_pending());
        check!(while_killed(|| call.sync_killable(&env.task)) == Err(EINTR));
        open.store(true, Relaxed);
        drop(holder.wait(&env.task));
        check!(call.sync_timeout(&env.task, LONG).is_ok());
        check!(while_killed(|| call.sync_killable(&env.task)).is_ok() && !call.is_pending());
        Ok(())
    }
    in_mode(env, shared::new(|_| (), GFP_KERNEL)?)?;
    in_mode(env, shared::serial(|_| (), GFP_KERNEL)?)
}

/// With an expedited grace period too, a callback that runs is waited for. More than once: it may
/// have ended for another reason, by the time that the wait begins.
fn expedited_waits_for_the_callback(env: &Env) -> Result {
    for _ in 0..20 {
        let (running, ended) = (flag()?, flag()?);
        let (its, its_end) = (running.clone(), ended.clone());
        let work = irq_work::new::<Hard, _>(
            move |_| {
                its.store(true, Relaxed);
                spin_ms(20);
                its_end.store(true, Relaxed);
            },
            GFP_KERNEL,
        )?;
        check!(work.queue_on(env.other, &env.task)?);
        check!(spin_until(|| running.load(Relaxed)));
        work.shutdown_with(GracePeriod::Expedited, &env.task);
        check!(ended.load(Relaxed));
        check!(work.queue().is_err());
    }
    Ok(())
}

/// Works whose types have names.
struct Device {
    shared: CallbackHandle<Normal>,
    exclusive: IdleCallback<Hard>,
}

fn closures_of_any_type_are_works(env: &Env) -> Result {
    let drops = Drops::new()?;
    let runs = count()?;
    let device = |step: u32| -> Result<Device> {
        let (payloads, counts) = (
            [Dropped(drops.clone()), Dropped(drops.clone())],
            [runs.clone(), runs.clone()],
        );
        let [one, two] = payloads;
        let [its, its_too] = counts;
        Ok(Device {
            shared: Callback::new(
                move |_| {
                    let _ = &one;
                    its.fetch_add(step, Relaxed);
                },
                GFP_KERNEL,
            )?,
            exclusive: exclusive::Callback::new(
                move |_| {
                    let _ = &two;
                    its_too.fetch_add(10 * step, Relaxed);
                },
                GFP_KERNEL,
            )?,
        })
    };
    // The same types, other closures.
    let other = |step: u32| -> Result<Device> {
        let its = runs.clone();
        Ok(Device {
            shared: Callback::new(move |_| _ = its.fetch_add(100 * step, Relaxed), GFP_KERNEL)?,
            ..device(step)?
        })
    };
    for device in [device(1)?, other(1)?] {
        check!(device.shared.queue_on(env.other, &env.task)?);
        device.shared.sync(&env.task);
        drop(
            device
                .exclusive
                .queue_on(env.other, &env.task)?
                .wait(&env.task),
        );
    }
    check!(runs.load(Relaxed) == 121);
    check!(reaped(&drops, 4));
    Ok(())
}

tests! {
    (&Env)
    csd_wait_is_killed,
    many_wait_is_killed,
    exclusive_work_times_out,
    sync_times_out,
    sync_of_a_busy_work_ends,
    shared_sync_times_out,
    expedited_waits_for_the_callback,
    closures_of_any_type_are_works,
}

module_of_tests! { "wait_rules", "Test of waits that end early" }
