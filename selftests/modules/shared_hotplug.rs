// SPDX-License-Identifier: GPL-2.0

//! A serial call that is fired while it runs on a CPU which goes offline: the run that it owes is
//! on another CPU.
//!
//! Somebody else takes the CPU `target` off and on while this loads.
//!
//! A CPU that goes offline runs what was queued there for the last time in `stop_machine()`, when
//! it is not online any more, and all other CPUs stand still: only the callback itself can fire the
//! call then. For a run at that time the call must have been queued after the CPU has turned its
//! interrupts off, by a CPU that has yet to do so. Hence one of two CPUs is always in a long
//! interrupt, at the end of which it fires the call: they send a work to each other.

use crosscall::{
    calls::shared::{
        self,
        Fired, //
    },
    context::TaskContext,
    irq_work::{
        self,
        Hard, //
    },
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
    time::msecs_to_jiffies,
};

mod support;
use support::*;

module! {
    type: Hotplug,
    name: "shared_hotplug",
    authors: ["crosscall developers"],
    description: "Fires a serial call on a CPU that goes offline while it runs there",
    license: "GPL v2",
    params: {
        target: i32 {
            default: -1,
            description: "The CPU that goes off and on; -1: the last one",
        },
        ms: u32 {
            default: 60000,
            description: "For how long at most, until it has run there three times",
        },
    },
}

/// How often the call is to run on the CPU when that is not online.
const TIMES: u32 = 3;

/// How long an interrupt lasts that fires the call.
const INTERRUPT_NS: u64 = 500_000;

/// What the callback has seen.
struct Seen {
    /// Attempts that were not refused.
    fired: Atomic<u64>,
    attempts: Atomic<u64>,
    /// Runs on the CPU when it was not online, in which the call was fired.
    owed: Atomic<u32>,
    /// Runs that followed one of those, on another CPU and on the same.
    moved: Atomic<u32>,
    stayed: Atomic<u32>,
    _payload: Dropped,
}

fn test(target: CpuId, [one, two]: [CpuId; 2], ms: u32) -> Result {
    let task = TaskContext::new();
    let drops = Drops::new()?;
    let seen = Arc::new(
        Seen {
            fired: Atomic::new(0),
            attempts: Atomic::new(0),
            owed: Atomic::new(0),
            moved: Atomic::new(0),
            stayed: Atomic::new(0),
            _payload: Dropped(drops.clone()),
        },
        GFP_KERNEL,
    )?;
    let its = seen.clone();
    let mut owes = false;
    let call = shared::serial(
        move |cx| {
            its.attempts.fetch_add(cx.attempts(), Relaxed);
            if owes {
                let runs = if cx.cpu() == target {
                    &its.stayed
                } else {
                    &its.moved
                };
                runs.fetch_add(1, Relaxed);
            }
            // On this CPU an attempt would be refused.
            owes = !is_online(cx.cpu()) && cx.fire(one) == Ok(Fired::Busy);
            its.owed.fetch_add(u32::from(owes), Relaxed);
            its.fired.fetch_add(u64::from(owes), Relaxed);
        },
        GFP_KERNEL,
    )?;

    let stop = Atomic::<bool>::new(false);
    let interrupt = |cx: &irq_work::Context<Hard>| {
        spin_ns(INTERRUPT_NS);
        let fired = call.fire(target, cx).is_ok();
        seen.fired.fetch_add(u64::from(fired), Relaxed);
        if !stop.load(Relaxed) {
            let _ = cx.requeue_on(if CpuId::current() == one { two } else { one });
        }
    };
    irq_work::scope(&task, interrupt, |work| -> Result {
        check!(work.queue_on(one, &task)?);
        let until = now_ms() + u64::from(ms);
        while seen.moved.load(Relaxed) < TIMES && now_ms() < until {
            sleep_ms(10);
        }
        stop.store(true, Relaxed);
        Ok(())
    })?;

    // A run that is left behind never ends.
    let ended = call.sync_timeout(&task, msecs_to_jiffies(10_000));
    let (owed, moved) = (seen.owed.load(Relaxed), seen.moved.load(Relaxed));
    let (fired, attempts) = (seen.fired.load(Relaxed), seen.attempts.load(Relaxed));
    pr_info!("ktap: # {fired} attempts, {owed} of them when the CPU was not online\n");
    let mut report = Report::new(4);
    report.result("ran_when_the_cpu_was_not_online", holds(owed > 0));
    report.result(
        "ran_again_on_another_cpu",
        holds(ended.is_ok() && moved == owed && seen.stayed.load(Relaxed) == 0),
    );
    report.result("attempts_add_up", holds(fired == attempts));
    drop((call, seen));
    report.result("dropped_once", holds(reaped(&drops, 1)));
    Ok(())
}

struct Hotplug;

impl kernel::Module for Hotplug {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let ms = number_param("ms", param(module_parameters::ms.value()), 1, 600_000)?;
        // It may be off at this moment.
        let target = cpu_or_last("target", param(module_parameters::target.value()))?;
        // The last ones: the first has other things to do.
        let others = || online_cpus().filter(|&cpu| cpu != target);
        let skipped = others().count().checked_sub(2).ok_or_else(|| {
            pr_err!("needs two CPUs beside target={}\n", target.as_u32());
            ENODEV
        })?;
        let mut last = others().skip(skipped);
        let (Some(one), Some(two)) = (last.next(), last.next()) else {
            return Err(EAGAIN);
        };
        test(target, [one, two], ms)?;
        Ok(Self)
    }
}
