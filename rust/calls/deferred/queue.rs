// SPDX-License-Identifier: GPL-2.0

//! The sender's side. Not generic, so that this code and lockdep's names exist once.

use kernel::{
    cpu::CpuId,
    warn_on, //
};

use super::{
    group::Header,
    percpu::{
        count_outcome,
        Online,
        PerCpu, //
    },
    slots::OnCpu,
    state::Request,
    Outcome,
    Policy, //
};
use crate::{
    calls::helpers,
    context::TaskContext,
    host::Gate,
    nmi, //
};

impl Header {
    /// See [`Work::queue_on`](super::Work::queue_on).
    pub(super) fn queue_on(&self, cpu: CpuId) -> Outcome {
        let Some(per_cpu) = PerCpu::of(cpu) else {
            return Outcome::Offline;
        };
        let outcome = match Online::new(cpu, self.callback()) {
            Ok(online) => match self.on(cpu, per_cpu) {
                Some(work) => request(self.policy, &work, &online),
                // The work was left behind by a module that is gone.
                None => Outcome::ShutDown,
            },
            Err(outcome) => outcome,
        };
        count_outcome(per_cpu, outcome);
        outcome
    }

    /// Whether a run on `cpu` is yet to begin.
    pub(super) fn is_pending_on(&self, cpu: CpuId) -> bool {
        PerCpu::of(cpu)
            .and_then(|per_cpu| self.on(cpu, per_cpu))
            .is_some_and(|work| work.place.is_pending())
    }

    /// Revokes what is pending on `cpu`, and returns whether a run was owed. Any context.
    pub(super) fn cancel_on(&self, cpu: CpuId) -> bool {
        // If the gate is closed, `release_all_of()` revokes.
        Gate::enter(self.callback()).is_ok_and(|_gate| self.revoke_on(cpu))
    }

    /// Like [`Self::cancel_on`], within the gate or with the register locked.
    pub(super) fn revoke_on(&self, cpu: CpuId) -> bool {
        PerCpu::of(cpu)
            .and_then(|per_cpu| self.on(cpu, per_cpu))
            .is_some_and(|work| work.revoke())
    }

    /// See [`Work::flush`](super::Work::flush).
    pub(super) fn flush(&self, cpu: CpuId, task: &TaskContext) {
        let Some(work) = PerCpu::of(cpu).and_then(|per_cpu| self.on(cpu, per_cpu)) else {
            return;
        };
        self.class.wait();
        if work.place.is_settled() {
            return;
        }
        if task.irqs_are_on() {
            // On return the CPU has run what was pending. If it has gone offline instead, it had
            // run it before: it did so in `stop_machine()`, or earlier, which has run on this CPU
            // too since then.
            //
            // SAFETY: Process context, interrupts are on.
            unsafe { helpers::rust_helper_deferred_flush(cpu.as_u32()) };
        } else {
            wait_with_irqs_off(&work, cpu);
        }
    }
}

/// Queues a work on a CPU that is online.
fn request(policy: Policy, work: &OnCpu, online: &Online) -> Outcome {
    let in_user = || online.is_in_user();

    if policy == Policy::Only {
        // Before anything is written.
        if !online.is_in_user() {
            return Outcome::Refused;
        }
        if !work.place.is_pending() {
            work.row.stamp(work.slot);
        }
        return match work.place.request_only(in_user) {
            Request::Coalesced => Outcome::AlreadyPending,
            Request::Refused => Outcome::Refused,
            _ => Outcome::Deferred,
        };
    }
    // An NMI must not send an IPI, and the request cannot be revoked later.
    if nmi::is_here() {
        return Outcome::Refused;
    }
    if work.place.joins() {
        return Outcome::AlreadyPending;
    }
    work.row.stamp(work.slot);
    let request = match policy {
        Policy::Never => work.place.request_now(),
        _ => work.place.request(in_user),
    };
    match request {
        Request::Coalesced => Outcome::AlreadyPending,
        Request::Deferred => {
            if let Policy::Within(deadline) = policy {
                // SAFETY: This is no NMI, as tested above, and the CPU is possible.
                unsafe { helpers::rust_helper_deferred_arm(online.cpu().as_u32(), deadline) };
            }
            Outcome::Deferred
        }
        // SAFETY: `MustKick` gives the right to send, and this is no NMI, as tested above.
        Request::MustKick if !unsafe { online.send(work.per_cpu) } => {
            // The machine goes down, see `Online::send()`.
            if work.place.revoke() {
                Outcome::Offline
            } else {
                Outcome::Sent
            }
        }
        _ => Outcome::Sent,
    }
}

/// Flushes for a caller whose claim to be in process context was wrong, and was reported. In an NMI
/// it does not: whatever is pending on this CPU would run there, and the IPI must not be sent.
#[cold]
fn wait_with_irqs_off(work: &OnCpu, cpu: CpuId) {
    if nmi::is_here() {
        return;
    }
    while !work.place.is_settled() {
        if cpu == CpuId::current() && work.per_cpu.cpu.is_running() {
            // The work waits for itself.
            warn_on!(true);
            return;
        }
        match Online::new(cpu, core::ptr::null()) {
            Ok(online) if cpu != CpuId::current() => online.kick(work.per_cpu),
            // SAFETY: Interrupts are off. On this CPU no other code would run the work.
            Ok(_) => unsafe { helpers::rust_helper_deferred_flush_here() },
            Err(_) => return,
        }
        core::hint::spin_loop();
    }
}
