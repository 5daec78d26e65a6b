// SPDX-License-Identifier: GPL-2.0

//! A CPU has its interrupts off for long: what is sent to it meanwhile waits, says on which CPU,
//! and then runs once; what is sent to other CPUs does not wait.

use crosscall::{
    calls::{
        deferred::{
            Deferred,
            Outcome,
            Policy,
            Work, //
        },
        many,
        shared::{
            self,
            Fired, //
        },
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd,
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
    type: InterruptsOff,
    name: "interrupts_off",
    authors: ["crosscall developers"],
    description: "Sends everything to a CPU that has interrupts off for long",
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
        seconds: u32 {
            default: 20,
            description: "For how long (2 to 60)",
        },
    },
}

/// How often a shared call is fired.
const ATTEMPTS: u64 = 1000;

/// How often each thing ran.
struct Runs {
    csd: Atomic<u64>,
    irq_work: Atomic<u64>,
    attempts: Atomic<u64>,
    deferred: Atomic<u64>,
}

struct Book(Arc<Runs>);

impl Deferred for Book {
    fn run(&self, _cx: &IrqsOff) {
        self.0.deferred.fetch_add(1, Relaxed);
    }
}

fn is(count: &Atomic<u64>, expected: u64) -> Result {
    check!(count.load(Relaxed) == expected);
    Ok(())
}

/// While the CPU `other` is held, until `release` returns.
fn send(
    report: &mut Report,
    [other, third]: [CpuId; 2],
    release: impl FnOnce() -> Result,
) -> Result {
    let task = TaskContext::new();
    let second = msecs_to_jiffies(1000);
    let runs = Arc::new(
        Runs {
            csd: Atomic::new(0),
            irq_work: Atomic::new(0),
            attempts: Atomic::new(0),
            deferred: Atomic::new(0),
        },
        GFP_KERNEL,
    )?;
    let (its, of_work, of_shared) = (runs.clone(), runs.clone(), runs.clone());
    let call = csd::new(move |_: &IrqsOff| its.csd.fetch_add(1, Relaxed), GFP_KERNEL)?;
    let all = many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?;
    let work = irq_work::new::<Hard, _>(
        move |_| _ = of_work.irq_work.fetch_add(1, Relaxed),
        GFP_KERNEL,
    )?;
    let serial = shared::serial(
        move |cx: &shared::Context<_>| _ = of_shared.attempts.fetch_add(cx.attempts(), Relaxed),
        GFP_KERNEL,
    )?;
    let deferred = Work::new(Book(runs.clone()), Policy::Defer, GFP_KERNEL)?;

    let timed_out = match call.call_on(other)?.wait_timeout(&task, second) {
        Ok(_) => return Err(EIO),
        Err(timed_out) => timed_out,
    };
    let stall = &timed_out.stall;
    report.result(
        "csd_names_the_cpu",
        holds(stall.cpu == other.as_u32() && !stall.started && stall.age_ms >= 900),
    );
    let call = timed_out.in_flight;

    let mut all = all.call_all()?;
    let others = online_cpus().count() - 1;
    let came = (0..others).all(|_| all.wait_any(&task).is_some_and(|(cpu, _)| cpu != other));
    let mut all = match all.wait_timeout(&task, second) {
        Ok(_) => return Err(EIO),
        Err(timed_out) => timed_out.in_flight,
    };
    let missing = all.missing().all(|stall| stall.cpu == other.as_u32());
    report.result("many_has_the_others", holds(came && missing));

    let queued = [work.queue_on(other, &task), work.queue_on(other, &task)];
    report.result(
        "irq_work_is_coalesced",
        holds(queued == [Ok(true), Ok(false)]),
    );

    let mut queued = 0;
    for _ in 0..ATTEMPTS {
        queued += u64::from(serial.fire(other, &task)? == Fired::Queued);
    }
    let waits = serial.sync_timeout(&task, second);
    report.result(
        "shared_counts_attempts",
        holds(queued == 1 && waits.is_err_and(|stall| stall.cpu == other.as_u32())),
    );

    let outcomes = [deferred.queue_on(other), deferred.queue_on(other)];
    report.result(
        "deferred_is_sent",
        holds(outcomes == [Outcome::Sent, Outcome::AlreadyPending]),
    );

    let begin = now_ms();
    let mut is_there = true;
    for _ in 0..1000 {
        is_there &= csd::call(&task, third, |cx: &IrqsOff| cx.cpu())? == third;
    }
    pr_info!(
        "ktap: # 1000 calls to another CPU in {} ms\n",
        now_ms() - begin
    );
    report.result(
        "others_go_on",
        holds(is_there && runs.csd.load(Relaxed) == 0),
    );

    report.result("held_to_the_end", release());
    drop(call.wait(&task));
    let last = all.wait_any(&task).map(|(cpu, _)| cpu);
    drop(all.wait(&task));
    work.sync(&task);
    serial.sync(&task);
    deferred.flush(other, &task);
    report.result("many_ends_with_it", holds(last == Some(other)));
    report.result(
        "each_ran_once",
        is(&runs.csd, 1)
            .and(is(&runs.irq_work, 1))
            .and(is(&runs.attempts, ATTEMPTS))
            .and(is(&runs.deferred, 1)),
    );
    Ok(())
}

struct InterruptsOff;

impl kernel::Module for InterruptsOff {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let seconds = param(module_parameters::seconds.value());
        let ms = number_param("seconds", seconds, 2, 60)? * 1000;
        let cpus = Cpus::new([
            ("other", param(module_parameters::other.value())),
            ("third", param(module_parameters::third.value())),
        ])?;
        let mut report = Report::new(9);
        let begin = now_ms();
        let holder = csd::new(move |_: &IrqsOff| spin_ms(ms), GFP_KERNEL)?;
        let holder = holder.call_on(cpus.others[0])?;
        started("what holds the CPU", || holder.stall().started)?;
        send(&mut report, cpus.others, || {
            drop(holder.wait(&TaskContext::new()));
            let passed = now_ms() - begin;
            pr_info!("ktap: # interrupts were off for {passed} ms\n");
            check!(passed >= u64::from(ms));
            Ok(())
        })?;
        Ok(Self)
    }
}
