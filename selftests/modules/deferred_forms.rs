// SPDX-License-Identifier: GPL-2.0

//! Each policy and each operation of deferred works.
//!
//! With `isolated=` a CPU on which a program spins in user mode; it may be interrupted now and then
//! (a tick, `vmstat_update`), so that what needs user mode is tried more than once. Without it,
//! everything goes by IPI.

use core::mem::forget;
use crosscall::{
    calls::deferred::{
        Deferred,
        Outcome,
        Policy,
        Work, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
};
use kernel::{
    cpu::CpuId,
    cpumask::CpumaskVar,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
    },
};

mod support;
use support::*;

module! {
    type: Forms,
    name: "deferred_forms",
    authors: ["crosscall developers"],
    description: "Each policy and operation of deferred works",
    license: "GPL v2",
    params: {
        isolated: i32 {
            default: -1,
            description: "A CPU that is nohz_full and in user mode; -1: none",
        },
        kernel: i32 {
            default: -1,
            description: "Another CPU, which is not; -1: any",
        },
        offline: i32 {
            default: -1,
            description: "A CPU that is offline; -1: none",
        },
    },
}

/// What a callback notes.
struct Seen {
    runs: Atomic<u64>,
    /// On another CPU than asked for, or with interrupts on.
    misplaced: Atomic<u64>,
    /// Written by senders before they queue.
    message: Atomic<u64>,
    /// As the last run has seen it.
    received: Atomic<u64>,
    dropped: Atomic<u64>,
}

impl Seen {
    fn new() -> Result<Arc<Self>> {
        Ok(Arc::new(
            Self {
                runs: Atomic::new(0),
                misplaced: Atomic::new(0),
                message: Atomic::new(0),
                received: Atomic::new(0),
                dropped: Atomic::new(0),
            },
            GFP_KERNEL,
        )?)
    }

    fn runs(&self) -> u64 {
        self.runs.load(Relaxed)
    }
}

/// Counts that it is dropped.
struct Owned(Arc<Seen>);

impl Drop for Owned {
    fn drop(&mut self) {
        self.0.dropped.fetch_add(1, Relaxed);
    }
}

/// Takes notes when it runs, which should be on `cpu`.
struct Noter {
    owned: Owned,
    cpu: CpuId,
}

impl Deferred for Noter {
    fn run(&self, cx: &IrqsOff) {
        let seen = &self.owned.0;
        if cx.cpu() != self.cpu || !irqs_disabled() {
            seen.misplaced.fetch_add(1, Relaxed);
        }
        seen.received.store(seen.message.load(Relaxed), Relaxed);
        seen.runs.fetch_add(1, Relaxed);
    }
}

/// A work for `cpu`, and what it notes.
fn work(cpu: CpuId, policy: Policy) -> Result<(Work<Noter>, Arc<Seen>)> {
    let seen = Seen::new()?;
    let noter = Noter {
        owned: Owned(seen.clone()),
        cpu,
    };
    Ok((Work::new(noter, policy, GFP_KERNEL)?, seen))
}

/// Tries what something else may disturb.
fn eventually(mut f: impl FnMut() -> Result) -> Result {
    for _ in 0..20 {
        if f().is_ok() {
            return Ok(());
        }
        sleep_ms(100);
    }
    f()
}

fn waits_in_user_mode(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        sleep_ms(50);
        check!(work.is_pending_on(isolated) && seen.runs() == 0);
        work.flush(isolated, &TaskContext::new());
        check!(!work.is_pending_on(isolated) && seen.runs() == 1);
        check!(seen.misplaced.load(Relaxed) == 0);
        Ok(())
    })
}

fn coalesces(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        for message in 1..100 {
            seen.message.store(message, Relaxed);
            check!(work.queue_on(isolated) == Outcome::AlreadyPending);
        }
        work.flush_all(&TaskContext::new());
        check!(seen.runs() == 1 && seen.received.load(Relaxed) == 99);
        Ok(())
    })
}

fn is_cancelled(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        check!(!work.cancel_on(isolated));
        check!(work.queue_on(isolated) == Outcome::Deferred);
        check!(work.cancel_on(isolated) && !work.cancel_on(isolated));
        work.flush_all(&TaskContext::new());
        check!(seen.runs() == 0);
        check!(work.queue_on(isolated) == Outcome::Deferred);
        let mut on = None;
        check!(work.cancel(|cpu| on = Some(cpu)) == 1 && on == Some(isolated));
        check!(seen.runs() == 0);
        Ok(())
    })
}

fn only_is_deferred(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Only)?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        check!(work.queue_on(isolated) == Outcome::AlreadyPending);
        check!(seen.runs() == 0);
        work.flush_all(&TaskContext::new());
        check!(seen.runs() == 1);
        Ok(())
    })
}

fn deadline_interrupts(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(
            isolated,
            Policy::Within(kernel::time::msecs_to_jiffies(200)),
        )?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        sleep_ms(50);
        check!(seen.runs() == 0);
        let asked = now_ms();
        check!(sleep_until(|| seen.runs() == 1).is_ok());
        // Much later it could have entered the kernel for a reason of its own.
        check!(now_ms() - asked < 5_000);
        Ok(())
    })
}

fn dropped_while_pending(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        drop(work);
        check!(seen.runs() == 0 && seen.dropped.load(Relaxed) == 1);
        Ok(())
    })
}

fn unregistered_while_pending(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        let mut on = None;
        let task = TaskContext::new();
        let (data, revoked) = work.unregister(&task, |cpu| on = Some(cpu)).ok_or(EIO)?;
        check!(revoked == 1 && on == Some(isolated));
        check!(seen.runs() == 0 && seen.dropped.load(Relaxed) == 0);
        drop(data);
        check!(seen.dropped.load(Relaxed) == 1);
        Ok(())
    })
}

fn mask_tells_all(isolated: CpuId, kernel: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        let mut mask = CpumaskVar::new_zero(GFP_KERNEL)?;
        mask.set(isolated);
        mask.set(kernel);
        let outcomes = work.queue_mask(&mask);
        check!(outcomes.deferred == 1 && outcomes.sent == 1);
        work.flush_all(&TaskContext::new());
        check!(seen.runs() == 2);
        Ok(())
    })
}

fn never_interrupts_at_once(cpu: CpuId) -> Result {
    let (work, seen) = work(cpu, Policy::Never)?;
    for run in 1..=10 {
        check!(work.queue_on(cpu) == Outcome::Sent);
        check!(sleep_until(|| seen.runs() == run).is_ok());
    }
    check!(seen.misplaced.load(Relaxed) == 0);
    Ok(())
}

fn kernel_cpu_is_interrupted(kernel: CpuId) -> Result {
    let (work, seen) = work(kernel, Policy::Defer)?;
    for run in 1..=10 {
        seen.message.store(run, Relaxed);
        check!(work.queue_on(kernel) == Outcome::Sent);
        check!(sleep_until(|| seen.runs() == run).is_ok());
        check!(seen.received.load(Relaxed) == run);
    }
    check!(seen.misplaced.load(Relaxed) == 0);
    Ok(())
}

fn only_is_refused(kernel: CpuId) -> Result {
    let (work, seen) = work(kernel, Policy::Only)?;
    check!(work.queue_on(kernel) == Outcome::Refused);
    check!(!work.is_pending_on(kernel));
    work.flush_all(&TaskContext::new());
    check!(seen.runs() == 0);
    Ok(())
}

fn own_cpu() -> Result {
    // `Cpus` keeps us here.
    let here = CpuId::current();
    let (work, seen) = work(here, Policy::Defer)?;
    check!(work.queue_on(here).is_accepted());
    check!(sleep_until(|| seen.runs() == 1).is_ok());
    work.flush(here, &TaskContext::new());
    check!(seen.misplaced.load(Relaxed) == 0);
    Ok(())
}

fn queued_with_irqs_off(kernel: CpuId) -> Result {
    let (work, seen) = work(kernel, Policy::Defer)?;
    let outcome = csd::call(&TaskContext::new(), kernel, |cx| {
        let outcome = work.queue_on(cx.cpu());
        // Not inline: interrupts are off.
        (outcome, seen.runs())
    })?;
    check!(outcome == (Outcome::Sent, 0));
    check!(sleep_until(|| seen.runs() == 1).is_ok());
    Ok(())
}

/// A work that queues itself where it runs.
struct Chain {
    me: Atomic<*const Work<ChainLink>>,
    left: Atomic<u64>,
}

struct ChainLink(Arc<Chain>);

impl Deferred for ChainLink {
    fn run(&self, cx: &IrqsOff) {
        if self.0.left.fetch_sub(1, Relaxed) > 1 {
            // SAFETY: The test stops the chain before it drops the work.
            let me = unsafe { &*self.0.me.load(Relaxed) };
            let _ = me.queue_on(cx.cpu());
        }
    }
}

fn queues_itself(kernel: CpuId) -> Result {
    let chain = Arc::new(
        Chain {
            me: Atomic::new(core::ptr::null()),
            left: Atomic::new(100),
        },
        GFP_KERNEL,
    )?;
    let work = Work::new(ChainLink(chain.clone()), Policy::Defer, GFP_KERNEL)?;
    chain.me.store(&raw const work, Relaxed);
    check!(work.queue_on(kernel) == Outcome::Sent);
    let ended = sleep_until(|| chain.left.load(Relaxed) == 0).is_ok();
    // Even if not.
    chain.left.store(1, Relaxed);
    sleep_ms(10);
    check!(ended);
    Ok(())
}

fn offline_cpu(offline: CpuId) -> Result {
    let (work, seen) = work(offline, Policy::Defer)?;
    check!(work.queue_on(offline) == Outcome::Offline);
    check!(!work.is_pending_on(offline));
    work.flush_all(&TaskContext::new());
    check!(seen.runs() == 0);
    Ok(())
}

/// A work that runs on a CPU until it is told to end, and `after_ms` longer.
struct Slow {
    started: Atomic<u64>,
    told: Atomic<u64>,
    /// Nobody has told it.
    gave_up: Atomic<u64>,
    ended: Atomic<u64>,
}

impl Slow {
    fn start(cpu: CpuId, after_ms: u32) -> Result<(Work<impl Deferred>, Arc<Self>)> {
        let slow = Arc::new(
            Self {
                started: Atomic::new(0),
                told: Atomic::new(0),
                gave_up: Atomic::new(0),
                ended: Atomic::new(0),
            },
            GFP_KERNEL,
        )?;
        let this = slow.clone();
        let run = move |_: &IrqsOff| this.run(after_ms);
        let work = Work::new(run, Policy::Defer, GFP_KERNEL)?;
        check!(work.queue_on(cpu) == Outcome::Sent);
        check!(sleep_until(|| slow.started.load(Relaxed) == 1).is_ok());
        Ok((work, slow))
    }

    fn run(&self, after_ms: u32) {
        self.started.store(1, Relaxed);
        if !spin_until(|| self.told.load(Relaxed) == 1) {
            self.gave_up.store(1, Relaxed);
        }
        spin_ms(after_ms);
        self.ended.store(1, Relaxed);
    }

    fn tell(&self) {
        self.told.store(1, Relaxed);
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Relaxed) == 1
    }
}

/// A request that comes when the CPU has taken what was pending takes an interrupt of its own.
fn requested_during_a_run(kernel: CpuId) -> Result {
    let (other, other_seen) = work(kernel, Policy::Defer)?;
    let (_work, slow) = Slow::start(kernel, 0)?;
    let outcome = other.queue_on(kernel);
    slow.tell();
    check!(outcome == Outcome::Sent);
    check!(sleep_until(|| slow.has_ended() && other_seen.runs() == 1).is_ok());
    check!(slow.gave_up.load(Relaxed) == 0);
    Ok(())
}

fn drop_waits_for_the_callback(kernel: CpuId) -> Result {
    // So long must a drop that does not wait be late not to be noticed.
    let (work, slow) = Slow::start(kernel, 200)?;
    slow.tell();
    drop(work);
    let waited = slow.has_ended();
    // Let it end in any case.
    let _ = sleep_until(|| slow.has_ended());
    sleep_ms(50);
    check!(waited && slow.gave_up.load(Relaxed) == 0);
    Ok(())
}

/// One of many works, which counts its runs.
struct Numbered {
    runs: Arc<KVec<Atomic<u64>>>,
    number: usize,
    owned: Owned,
}

impl Deferred for Numbered {
    fn run(&self, _cx: &IrqsOff) {
        self.runs[self.number].fetch_add(1, Relaxed);
        self.owned.0.runs.fetch_add(1, Relaxed);
    }
}

/// Many works at once, and how often each has run.
struct Crowd {
    works: KVec<Work<Numbered>>,
    runs: Arc<KVec<Atomic<u64>>>,
    seen: Arc<Seen>,
}

impl Crowd {
    fn new(count: usize) -> Result<Self> {
        let mut runs = KVec::new();
        for _ in 0..count {
            runs.push(Atomic::new(0), GFP_KERNEL)?;
        }
        let (runs, seen) = (Arc::new(runs, GFP_KERNEL)?, Seen::new()?);
        let mut works = KVec::new();
        for number in 0..count {
            let work = Numbered {
                runs: runs.clone(),
                number,
                owned: Owned(seen.clone()),
            };
            works.push(Work::new(work, Policy::Defer, GFP_KERNEL)?, GFP_KERNEL)?;
        }
        Ok(Self { works, runs, seen })
    }

    /// Queues all of them on a CPU, and waits: whether each has run as often as that in all.
    fn each_runs(&self, cpu: CpuId, in_all: u64) -> Result {
        let task = TaskContext::new();
        for work in &self.works {
            check!(matches!(
                work.queue_on(cpu),
                Outcome::Sent | Outcome::Deferred
            ));
        }
        for work in &self.works {
            work.flush(cpu, &task);
        }
        check!(self.runs.iter().all(|runs| runs.load(Relaxed) == in_all));
        Ok(())
    }

    /// Drops them in a callback, where nobody may sleep: what they own is dropped later.
    fn drop_in_a_callback(mut self, cpu: CpuId) -> Result {
        let count = self.works.len() as u64;
        csd::call(&TaskContext::new(), cpu, |_| {
            while let Some(work) = self.works.pop() {
                drop(work);
            }
        })?;
        check!(sleep_until(|| self.seen.dropped.load(Relaxed) == count).is_ok());
        Ok(())
    }
}

/// Thousands of works at once on one CPU, so that groups share a mark: each runs once, and once
/// more. Then others get their slots.
fn thousands_at_once(kernel: CpuId, target: CpuId) -> Result {
    let first = Crowd::new(4200)?;
    first.each_runs(target, 1)?;
    first.each_runs(target, 2)?;
    first.drop_in_a_callback(kernel)?;
    let second = Crowd::new(500)?;
    second.each_runs(target, 1)?;
    // Pending when they go.
    for work in &second.works {
        let _ = work.queue_on(target);
    }
    second.drop_in_a_callback(kernel)?;
    kernel_cpu_is_interrupted(kernel)
}

/// A work is made, used and dropped where nobody may sleep, more often than there once were slots.
fn made_and_dropped_in_a_callback(kernel: CpuId) -> Result {
    // There nobody may allocate in a hard interrupt; or lockdep says what it would mean there.
    if cfg!(any(CONFIG_PREEMPT_RT, CONFIG_PROVE_RAW_LOCK_NESTING)) {
        return Ok(());
    }
    let seen = Seen::new()?;
    for _ in 0..100 {
        let mut outcome = Err(EIO);
        csd::call(&TaskContext::new(), kernel, |cx| {
            let noter = Noter {
                owned: Owned(seen.clone()),
                cpu: cx.cpu(),
            };
            outcome = Work::new(noter, Policy::Defer, GFP_ATOMIC)
                .map(|work| work.queue_on(cx.cpu()))
                .map_err(|refused| refused.error);
        })?;
        check!(outcome == Ok(Outcome::Sent));
    }
    // The requests were revoked by the drop.
    check!(sleep_until(|| seen.dropped.load(Relaxed) == 100).is_ok());
    check!(seen.runs() == 0);
    Ok(())
}

struct Forms;

impl kernel::Module for Forms {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let isolated = match param(module_parameters::isolated.value()) {
            -1 => None,
            cpu => Some(online_cpu_param("isolated", cpu)?),
        };
        let offline = match param(module_parameters::offline.value()) {
            -1 => None,
            cpu => Some(offline_cpu_param("offline", cpu)?),
        };
        let cpus = Cpus::new([("kernel", param(module_parameters::kernel.value()))])?;
        let [kernel] = cpus.others;
        if let Some(cpu) = isolated.filter(|cpu| [cpus.here, kernel].contains(cpu)) {
            pr_err!("isolated={}: must be none of the others\n", cpu.as_u32());
            return Err(EINVAL);
        }
        let plan = 10 + 9 * usize::from(isolated.is_some()) + usize::from(offline.is_some());
        let mut report = Report::new(plan);

        report.result("own_cpu", own_cpu());
        report.result(
            "kernel_cpu_is_interrupted",
            kernel_cpu_is_interrupted(kernel),
        );
        report.result("never_interrupts_at_once", never_interrupts_at_once(kernel));
        report.result("only_is_refused", only_is_refused(kernel));
        report.result("queued_with_irqs_off", queued_with_irqs_off(kernel));
        report.result("queues_itself", queues_itself(kernel));
        report.result("requested_during_a_run", requested_during_a_run(kernel));
        report.result(
            "drop_waits_for_the_callback",
            drop_waits_for_the_callback(kernel),
        );
        report.result(
            "thousands_at_once",
            thousands_at_once(kernel, isolated.unwrap_or(kernel)),
        );
        report.result(
            "made_and_dropped_in_a_callback",
            made_and_dropped_in_a_callback(kernel),
        );
        if let Some(offline) = offline {
            report.result("offline_cpu", offline_cpu(offline));
        }
        if let Some(isolated) = isolated {
            report.result("waits_in_user_mode", waits_in_user_mode(isolated));
            report.result("coalesces", coalesces(isolated));
            report.result("is_cancelled", is_cancelled(isolated));
            report.result("only_is_deferred", only_is_deferred(isolated));
            report.result("deadline_interrupts", deadline_interrupts(isolated));
            report.result("dropped_while_pending", dropped_while_pending(isolated));
            report.result(
                "unregistered_while_pending",
                unregistered_while_pending(isolated),
            );
            report.result("mask_tells_all", mask_tells_all(isolated, kernel));
            report.result(
                "isolated_never_interrupts_at_once",
                never_interrupts_at_once(isolated),
            );
        }
        // Left behind, on purpose, for module unload.
        if let Some(isolated) = isolated {
            let (work, _) = work(isolated, Policy::Defer)?;
            let _ = work.queue_on(isolated);
            forget(work);
        }
        Ok(Self)
    }
}
