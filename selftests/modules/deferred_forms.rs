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
    bindings,
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
    time::msecs_to_jiffies,
};

#[path = "deferred_forms/crowd.rs"]
mod crowd;
#[path = "deferred_forms/kernel_mode.rs"]
mod kernel_mode;
mod support;
#[path = "deferred_forms/user_mode.rs"]
mod user_mode;
use crowd::*;
use kernel_mode::*;
use support::*;
use user_mode::*;

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

fn jiffies() -> usize {
    // SAFETY: A number that only grows.
    unsafe { (&raw const bindings::jiffies).read_volatile() }
}

/// At once, if the host lets it: sooner than the CPU enters the kernel for reasons of its own.
fn never_interrupts_at_once(cpu: CpuId) -> Result {
    let (work, seen) = work(cpu, Policy::Never)?;
    let mut least = usize::MAX;
    for run in 1..=10 {
        let asked = jiffies();
        check!(work.queue_on(cpu) == Outcome::Sent);
        check!(sleep_until(|| seen.runs() == run).is_ok());
        least = least.min(jiffies() - asked);
    }
    check!(least < msecs_to_jiffies(100));
    check!(seen.misplaced.load(Relaxed) == 0);
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
        let plan = 10 + 10 * usize::from(isolated.is_some()) + usize::from(offline.is_some());
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
        // There nobody may allocate in a hard interrupt; or lockdep says what it would mean there.
        if cfg!(any(CONFIG_PREEMPT_RT, CONFIG_PROVE_RAW_LOCK_NESTING)) {
            report.skip("made_and_dropped_in_a_callback", "may not allocate there");
        } else {
            report.result(
                "made_and_dropped_in_a_callback",
                made_and_dropped_in_a_callback(kernel),
            );
        }
        if let Some(offline) = offline {
            report.result("offline_cpu", offline_cpu(offline));
        }
        if let Some(isolated) = isolated {
            report.result("waits_in_user_mode", waits_in_user_mode(isolated));
            report.result("coalesces", coalesces(isolated));
            report.result("is_cancelled", is_cancelled(isolated));
            report.result("only_is_deferred", only_is_deferred(isolated));
            report.result("deadline_interrupts", deadline_interrupts(isolated));
            report.result("deadline_behind_another", deadline_behind_another(isolated));
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
