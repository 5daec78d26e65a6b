// SPDX-License-Identifier: GPL-2.0

//! Whether functions run where `in_context.rs` says, and tokens for code that has none.

use crosscall::{
    calls::quiesce::{
        Callback,
        Handler, //
    },
    context::IrqsOff, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    },
};

mod in_context;
mod support;
use in_context::*;
use support::*;

module! {
    type: ContextsTest,
    name: "contexts_test",
    authors: ["crosscall developers"],
    description: "Test of the functions that run code in any context",
    license: "GPL v2",
}

fn runs_once_there(context: Context) -> Result {
    for cpu in online_cpus() {
        let mut runs = 0;
        let mut seen = None;
        run_in(context, cpu, || {
            runs += 1;
            seen = Some((Context::current(), CpuId::current(), irqs_disabled()));
            if context == Context::Task {
                sleep_ms(1);
            }
        })?;
        let irqs_off = matches!(context, Context::Hardirq | Context::Nmi);
        check!(runs == 1 && seen == Some((context, cpu, irqs_off)));
    }
    check!(Context::current() == Context::Task && !irqs_disabled());
    Ok(())
}

fn many_callers_at_once() -> Result {
    const ROUNDS: usize = 10;
    let cpus = online_cpus().count();
    let runs = Atomic::<usize>::new(0);
    let wrong = Atomic::<usize>::new(0);

    in_threads(online_cpus(), |_| {
        for _ in 0..ROUNDS {
            for (context, cpu) in Context::ALL
                .into_iter()
                .flat_map(|context| online_cpus().map(move |cpu| (context, cpu)))
            {
                let result = run_in(context, cpu, || {
                    runs.fetch_add(1, Relaxed);
                    if (Context::current(), CpuId::current()) != (context, cpu) {
                        wrong.fetch_add(1, Relaxed);
                    }
                });
                if result.is_err() {
                    wrong.fetch_add(1, Relaxed);
                }
            }
        }
    })?;
    check!(wrong.load(Relaxed) == 0);
    check!(runs.load(Relaxed) == ROUNDS * cpus * Context::ALL.len() * cpus);
    Ok(())
}

fn offline_cpu_is_refused() -> Result {
    let mut ran = false;
    for cpu in all_cpus().filter(|&cpu| online_cpus().all(|online| online != cpu)) {
        for context in Context::ALL {
            check!(run_in(context, cpu, || ran = true) == Err(ENXIO));
        }
        check!(send_nmi(cpu) == Err(ENXIO));
    }
    check!(!ran);
    Ok(())
}

/// By two threads on two CPUs.
fn function_that_is_late_never_runs() -> Result {
    let ready = Atomic::<bool>::new(false);
    let held = Atomic::<bool>::new(false);
    let gate = Atomic::<bool>::new(false);
    let ran = Atomic::<bool>::new(false);
    let wrong = Atomic::<usize>::new(0);
    let holder = online_cpus().next().ok_or(ENXIO)?;
    let target = online_cpus().last().ok_or(ENXIO)?;

    in_threads(online_cpus().take(2), |cpu| {
        // Both threads are there before the softirq is held, and do not sleep on the timer wheel
        // while it is: an idle CPU still looks idle then, and gets tasks and timers it never runs.
        // Nor is it held for long: on PREEMPT_RT it is a reader of RCU that may be preempted. After
        // half a second it is boosted, by a thread that spins meanwhile where others want to run.
        let as_expected = if cpu == holder {
            let ready = spin_until(|| ready.load(Relaxed));
            let result = run_in(Context::Softirq, target, || {
                held.store(true, Relaxed);
                spin_until(|| gate.load(Relaxed));
            });
            held.store(true, Relaxed);
            ready && result == Ok(())
        } else {
            ready.store(true, Relaxed);
            let held = spin_until(|| held.load(Relaxed));
            let result = run_within(100, Context::Softirq, target, || ran.store(true, Relaxed));
            gate.store(true, Relaxed);
            held && result == Err(ETIMEDOUT)
        };
        if !as_expected {
            wrong.fetch_add(1, Relaxed);
        }
    })?;
    check!(wrong.load(Relaxed) == 0);
    // The next one gets through.
    let mut next = false;
    run_in(Context::Softirq, target, || next = true)?;
    check!(next && !ran.load(Relaxed));
    Ok(())
}

fn nmis_hit_every_cpu() -> Result {
    const ROUNDS: usize = 100;
    let cpus = online_cpus().count();
    let hits = Atomic::<usize>::new(0);
    let hit_cpus = Atomic::<u64>::new(0);
    let wrong = Atomic::<usize>::new(0);
    let before = nmis();
    let hit = || {
        hits.fetch_add(1, Relaxed);
        let mut cpus = hit_cpus.load(Relaxed);
        while let Err(now) =
            hit_cpus.cmpxchg(cpus, cpus | 1 << (CpuId::current().as_u32() % 64), Relaxed)
        {
            cpus = now;
        }
        if Context::current() != Context::Nmi {
            wrong.fetch_add(1, Relaxed);
        }
    };

    each_nmi(&hit, || -> Result {
        in_threads(online_cpus(), |_| {
            for cpu in (0..ROUNDS).flat_map(|_| online_cpus()) {
                if send_nmi(cpu).is_err() {
                    wrong.fetch_add(1, Relaxed);
                }
            }
        })?;
        // An own request in the middle of them runs once, too.
        for cpu in online_cpus() {
            let mut runs = 0;
            run_in(Context::Nmi, cpu, || runs += 1)?;
            check!(runs == 1);
        }
        // The CPU that takes this interrupt has taken the NMIs before it.
        for cpu in online_cpus() {
            run_in(Context::Hardirq, cpu, || ())?;
        }
        Ok(())
    })??;

    let total = hits.load(Relaxed);
    pr_info!("ktap: # {total} NMIs\n");
    let everywhere = online_cpus().fold(0, |mask, cpu| mask | 1 << (cpu.as_u32() % 64));
    check!(wrong.load(Relaxed) == 0);
    check!(hit_cpus.load(Relaxed) == everywhere);
    check!(total <= (ROUNDS * cpus + 1) * cpus && total == nmis() - before);

    // The function is gone, the NMIs are still ours.
    for cpu in online_cpus() {
        send_nmi(cpu)?;
        run_in(Context::Nmi, cpu, || ())?;
    }
    check!(hits.load(Relaxed) == total && nmis() >= before + total + cpus);
    Ok(())
}

fn one_nmi_function_at_a_time() -> Result {
    let second = each_nmi(&|| (), || each_nmi(&|| (), || ()))?;
    check!(second == Err(EBUSY));
    each_nmi(&|| (), || ())
}

/// A handler is called without `unsafe` from wherever interrupts may be turned off.
fn irqs_off_in_each_context() -> Result {
    let slot = Handler::new(Callback::new(
        |cx: &IrqsOff, seen: &Atomic<u32>| {
            if irqs_disabled() && cx.cpu() == CpuId::current() {
                seen.fetch_add(1, Relaxed);
            }
        },
        GFP_KERNEL,
    )?);

    for context in [Context::Task, Context::Softirq, Context::Hardirq] {
        let seen = Atomic::<u32>::new(0);
        let mut same = false;
        run_in(context, CpuId::current(), || {
            let before = irqs_disabled();
            IrqsOff::with(|cx| slot.call(cx, &seen));
            IrqsOff::with(|outer| IrqsOff::with(|inner| inner.cpu() == outer.cpu()));
            let tried = IrqsOff::try_with(|cx| slot.call(cx, &seen));
            same = irqs_disabled() == before && tried.is_ok() == before;
        })?;
        check!(same);
        let hardirq = u32::from(context == Context::Hardirq);
        check!(seen.load(Relaxed) == 1 + hardirq);
    }
    Ok(())
}

fn irqs_off_is_refused_where_they_are_on_or_in_nmi() -> Result {
    let mut ran = false;
    check!(IrqsOff::try_with(|_| ran = true) == Err(EPERM));
    let mut in_nmi = Ok(());
    run_in(Context::Nmi, CpuId::current(), || {
        in_nmi = IrqsOff::try_with(|_| ())
    })?;
    check!(!ran && in_nmi == Err(EPERM));
    Ok(())
}

/// Interrupts stay off as long as the token lives, whatever becomes of outer sections.
#[cfg(crosscall_has_interrupt)]
fn irqs_off_outlives_outer_sections() -> Result {
    use kernel::{
        interrupt::local_interrupt_disable,
        sync::{
            new_spinlock_irq,
            SpinLockIrq, //
        },
    };

    let outer = local_interrupt_disable();
    check!(IrqsOff::from_disabled(&outer).cpu() == CpuId::current());
    let off = IrqsOff::try_with(|_| {
        drop(outer);
        irqs_disabled()
    });
    check!(off == Ok(true) && !irqs_disabled());

    let lock = KBox::pin_init(new_spinlock_irq!(0), GFP_KERNEL)?;
    let outer = local_interrupt_disable();
    let off = IrqsOff::with(|_| {
        drop(outer);
        irqs_disabled()
    });
    check!(off && !irqs_disabled());
    IrqsOff::with(|cx| *lock.lock_with(cx) += 1);
    check!(*lock.lock() == 1 && !irqs_disabled());
    let _: &SpinLockIrq<i32> = &lock;
    Ok(())
}

#[cfg(not(crosscall_has_interrupt))]
fn irqs_off_outlives_outer_sections() -> Result {
    Err(EOPNOTSUPP)
}

/// A lock is taken by the token of each kind of callback. Not in hard interrupts: lockdep knows
/// that the lock sleeps on PREEMPT_RT.
#[cfg(crosscall_has_interrupt)]
fn lock_with_in_callbacks() -> Result {
    use crosscall::{
        calls::many,
        calls::shared, //
        context::TaskContext,
        csd,
        irq_work::{
            self,
            Normal, //
        },
    };
    use kernel::sync::{
        new_spinlock_irq,
        Arc,
        SpinLockIrq, //
    };

    let (task, here) = (TaskContext::new(), CpuId::current());
    let sum: Arc<SpinLockIrq<u32>> = Arc::pin_init(new_spinlock_irq!(0), GFP_KERNEL)?;
    let count = sum.clone();
    csd::call(&task, here, move |cx| *count.lock_with(cx) += 1)?;
    let count = sum.clone();
    let idle = many::new(move |cx: &IrqsOff| *count.lock_with(cx) += 10, GFP_KERNEL)?;
    drop(idle.call_if(move |cpu| cpu == here)?.wait(&task));
    let count = sum.clone();
    let normal = move |cx: &irq_work::Context<Normal>| {
        if let Some(cx) = cx.irqs_off() {
            *count.lock_with(cx) += 100;
        }
    };
    let work = irq_work::new::<Normal, _>(normal, GFP_KERNEL)?;
    work.queue()?;
    work.sync(&task);
    let count = sum.clone();
    // Compiles; it would run in a hard interrupt.
    drop(shared::serial(
        move |cx| *count.lock_with(cx) += 1000,
        GFP_KERNEL,
    )?);
    check!(*sum.lock() == 111);
    Ok(())
}

#[cfg(not(crosscall_has_interrupt))]
fn lock_with_in_callbacks() -> Result {
    Err(EOPNOTSUPP)
}

/// Why a test cannot be tried here, if so.
fn obstacle(test: &str) -> Option<&'static str> {
    let (what, is_missing) = match test {
        "function_that_is_late_never_runs" => ("needs 2 CPUs online", online_cpus().count() < 2),
        "offline_cpu_is_refused" => (
            "needs a CPU that is offline",
            all_cpus().count() == online_cpus().count(),
        ),
        "irqs_off_outlives_outer_sections" => {
            ("needs Linux 7.3", cfg!(not(crosscall_has_interrupt)))
        }
        "lock_with_in_callbacks" => (
            "needs Linux 7.3 without PREEMPT_RT",
            cfg!(any(not(crosscall_has_interrupt), CONFIG_PREEMPT_RT)),
        ),
        _ => return None,
    };
    is_missing.then_some(what)
}

type Test = fn() -> Result;

const TESTS: &[(&str, Test)] = &[
    ("many_callers_at_once", many_callers_at_once),
    ("offline_cpu_is_refused", offline_cpu_is_refused),
    (
        "function_that_is_late_never_runs",
        function_that_is_late_never_runs,
    ),
    ("nmis_hit_every_cpu", nmis_hit_every_cpu),
    ("one_nmi_function_at_a_time", one_nmi_function_at_a_time),
    ("irqs_off_in_each_context", irqs_off_in_each_context),
    (
        "irqs_off_is_refused_where_they_are_on_or_in_nmi",
        irqs_off_is_refused_where_they_are_on_or_in_nmi,
    ),
    (
        "irqs_off_outlives_outer_sections",
        irqs_off_outlives_outer_sections,
    ),
    ("lock_with_in_callbacks", lock_with_in_callbacks),
];

struct ContextsTest;

impl kernel::Module for ContextsTest {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let mut report = Report::new(Context::ALL.len() + TESTS.len());
        for context in Context::ALL {
            report.result(context.name(), runs_once_there(context));
        }
        for &(name, test) in TESTS {
            match obstacle(name) {
                Some(why) => report.skip(name, why),
                None => report.result(name, test()),
            }
        }
        Ok(Self)
    }
}

impl Drop for ContextsTest {
    fn drop(&mut self) {
        // For `contexts.ko` to be unloaded right after them.
        for cpu in (0..10).flat_map(|_| online_cpus()) {
            let _ = send_nmi(cpu);
        }
    }
}
