// SPDX-License-Identifier: GPL-2.0

//! The sender's side. Not generic: this code, and lockdep's names, are there once.

use kernel::{
    cpu::CpuId,
    warn_on, //
};

use super::{
    percpu::{
        Count,
        Online,
        PerCpu, //
    },
    slots::Header,
    state::Request,
    Outcome,
    Policy, //
};
use crate::{
    context::TaskContext,
    gate::Gate,
    helpers, //
};

impl Header {
    /// See [`Work::queue_on`](super::Work::queue_on).
    pub(super) fn queue_on(&self, cpu: CpuId) -> Outcome {
        let Some(per_cpu) = PerCpu::of(cpu) else {
            return Outcome::Offline;
        };
        let outcome = match Online::new(cpu, self.callback()) {
            // Left behind by a module that is gone.
            Ok(_) if self.bit() == 0 => Outcome::ShutDown,
            Ok(online) => request(self, per_cpu, &online),
            Err(outcome) => outcome,
        };
        per_cpu.count_outcome(outcome);
        outcome
    }

    /// Whether a run on `cpu` is yet to begin.
    pub(super) fn is_pending_on(&self, cpu: CpuId) -> bool {
        PerCpu::of(cpu).is_some_and(|per_cpu| per_cpu.state.pending() & self.bit() != 0)
    }

    /// Takes what is pending on `cpu` back: whether a run of it was owed. Any context.
    pub(super) fn cancel_on(&self, cpu: CpuId) -> bool {
        // If the gate is closed, `release_all_of()` revokes.
        Gate::enter(self.callback()).is_ok_and(|_gate| self.revoke_on(cpu))
    }

    /// The same, within the gate or with the register locked.
    pub(super) fn revoke_on(&self, cpu: CpuId) -> bool {
        let Some(per_cpu) = PerCpu::of(cpu) else {
            return false;
        };
        let revoked = per_cpu.state.revoke(self.bit());
        if revoked {
            per_cpu.count(Count::Cancelled);
        }
        revoked
    }

    /// See [`Work::flush`](super::Work::flush).
    pub(super) fn flush(&self, cpu: CpuId, task: &TaskContext) {
        let Some(per_cpu) = PerCpu::of(cpu) else {
            return;
        };
        self.class.wait();
        if per_cpu.state.is_settled(self.bit()) {
            return;
        }
        if task.irqs_are_on() {
            // On return the CPU has run what was pending. If it has gone offline instead, then it
            // did so before.
            //
            // SAFETY: Process context, interrupts are on.
            unsafe { helpers::rust_helper_deferred_flush(cpu.as_u32()) };
        } else {
            wait_with_irqs_off(self, per_cpu, cpu);
        }
    }
}

/// Queues a work on a CPU that is online.
fn request(header: &Header, per_cpu: &PerCpu, online: &Online) -> Outcome {
    let in_user = || online.is_in_user();
    let bit = header.bit();

    per_cpu.stamp(header.slot());
    if header.policy == Policy::Only {
        return match per_cpu.state.request_only(bit, in_user) {
            Request::Coalesced => Outcome::AlreadyPending,
            Request::Refused => Outcome::Refused,
            _ => Outcome::Deferred,
        };
    }
    // Nobody can be interrupted from here, and a request cannot be taken back.
    //
    // SAFETY: Always safe to call.
    if unsafe { helpers::rust_helper_in_nmi() } {
        return Outcome::Refused;
    }
    let request = match header.policy {
        Policy::Never => per_cpu.state.request_now(bit),
        _ => per_cpu.state.request(bit, in_user),
    };
    match request {
        Request::Coalesced => Outcome::AlreadyPending,
        Request::Deferred => {
            if let Policy::Within(deadline) = header.policy {
                // SAFETY: Not in NMI.
                unsafe { helpers::rust_helper_deferred_arm(header.slot() as u32, deadline) };
            }
            Outcome::Deferred
        }
        // SAFETY: The right is ours, and this is no NMI.
        Request::MustKick if !unsafe { online.send(per_cpu) } => {
            // See there: the machine goes down.
            if per_cpu.state.revoke(bit) {
                Outcome::Offline
            } else {
                Outcome::Sent
            }
        }
        _ => Outcome::Sent,
    }
}

/// What is left for a caller whose claim to be in process context was wrong, and was reported.
#[cold]
fn wait_with_irqs_off(header: &Header, per_cpu: &PerCpu, cpu: CpuId) {
    while !per_cpu.state.is_settled(header.bit()) {
        if cpu == CpuId::current() && per_cpu.state.is_running() {
            // It waits for itself.
            warn_on!(true);
            return;
        }
        match Online::new(cpu, core::ptr::null()) {
            Ok(online) if cpu != CpuId::current() => online.kick(per_cpu),
            // SAFETY: Interrupts are off. On this CPU nobody else would run it.
            Ok(_) => unsafe { helpers::rust_helper_deferred_flush_here() },
            Err(_) => return,
        }
        core::hint::spin_loop();
    }
}
