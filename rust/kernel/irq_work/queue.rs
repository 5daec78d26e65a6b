// SPDX-License-Identifier: GPL-2.0

//! The sender's side.

use core::{
    iter,
    ptr, //
};
use kernel::{
    bindings,
    cpu::CpuId,
    error::{
        code::*,
        Error,
        Result, //
    },
    ffi::c_int,
    sync::atomic::ordering,
    warn_on, //
};

use super::{
    online,
    raw::RawIrqWork,
    state::State, //
};
use crate::{
    cpus::possible_cpus,
    host::{
        self,
        Gate, //
    },
    jiffies::recent,
    nmi, //
};

/// How an attempt to queue a work has ended, as a C function returns it.
///
/// A number, which the caller makes a [`Result`] of: a `Result<bool>` that a function returns is
/// put together from its parts, which takes more instructions than a claim.
#[must_use]
#[derive(Clone, Copy)]
pub(crate) struct Attempt(c_int);

impl Attempt {
    /// The work was newly queued.
    const QUEUED: Self = Self(1);
    /// It was pending already.
    const PENDING: Self = Self(0);

    fn refused(error: Error) -> Self {
        Self(error.to_errno())
    }

    /// Whether the work was newly queued.
    #[inline]
    pub(crate) fn into_result(self) -> Result<bool> {
        if self.0 < 0 {
            return Err(Error::from_errno(self.0));
        }
        Ok(self.0 != 0)
    }
}

/// Claims for the one caller that may. Returns true.
#[inline(always)]
fn claim_exclusive(state: &State) -> bool {
    state.claim_exclusive();
    true
}

impl RawIrqWork {
    /// Queues the work on this CPU. Returns whether it was newly queued.
    ///
    /// # Errors
    ///
    /// - `ENXIO`: this CPU is going offline and has run its works for the last time.
    /// - `ESHUTDOWN`: see [`Self::shutdown`]; or the module that the callback belongs to is being
    ///   unloaded.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is valid until the run has ended and then a grace
    /// period. The work must not be exclusive.
    #[inline(always)]
    pub(super) unsafe fn queue(&self) -> Result<bool> {
        // SAFETY: The caller promises that the object is valid until a grace period after the run.
        unsafe { self.attempt() }.into_result()
    }

    /// [`Self::queue`], compiled once.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is valid until the run has ended and then a grace
    /// period, and that the work is not exclusive, as for [`Self::queue`].
    unsafe fn attempt(&self) -> Attempt {
        // SAFETY: The caller promises that the object is valid until a grace period after the run.
        unsafe { self.queue_by(|state| state.claim()) }
    }

    /// Like [`Self::queue`], for a caller that has the one right to queue. It always queues.
    ///
    /// # Safety
    ///
    /// The caller must have the one right to queue, and must ensure that the object is valid until
    /// the run has ended and then a grace period, as for [`Self::queue`].
    pub(super) unsafe fn queue_exclusive(&self) -> Attempt {
        // SAFETY: The caller promises that the object is valid until a grace period after the run.
        unsafe { self.queue_by(claim_exclusive) }
    }

    /// Like [`Self::queue`], but claims the work by `claim`, which is called after the last test
    /// that can refuse the work.
    ///
    /// One function, with all that is rare out of line: it may run in each interrupt. A caller that
    /// is not generic calls this, so that its code is in this crate.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is valid until the run has ended and then a grace
    /// period, as for [`Self::queue`].
    #[inline(always)]
    pub(super) unsafe fn queue_by(&self, claim: impl FnOnce(&State) -> bool) -> Attempt {
        let Some(gate) = self.enter_gate() else {
            return self.refuse_going();
        };
        let here = CpuId::current();
        if !self.may_run_on(here, &gate) {
            return self.refuse(here, ENXIO);
        }
        if !claim(&self.state) {
            host::work_coalesced(ptr::from_ref(self).cast());
            return Attempt::PENDING;
        }
        self.queue_local(here);
        Attempt::QUEUED
    }

    /// Like [`Self::queue`], on `cpu`.
    ///
    /// # Errors
    ///
    /// - `ENXIO`: `cpu` is offline, or not possible.
    /// - `EPERM`: this is an NMI.
    /// - `ESHUTDOWN`: as for [`Self::queue`].
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is valid until the run has ended and then a grace
    /// period, and that the work is not exclusive, as for [`Self::queue`].
    #[inline(always)]
    pub(super) unsafe fn queue_on(&self, cpu: CpuId) -> Result<bool> {
        // SAFETY: The caller promises that the object is valid until a grace period after the run.
        unsafe { self.attempt_on(cpu) }.into_result()
    }

    /// [`Self::queue_on`], compiled once.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is valid until the run has ended and then a grace
    /// period, and that the work is not exclusive, as for [`Self::queue_on`].
    unsafe fn attempt_on(&self, cpu: CpuId) -> Attempt {
        // SAFETY: The caller promises that the object is valid until a grace period after the run.
        unsafe { self.queue_on_by(cpu, |state| state.claim()) }
    }

    /// Like [`Self::queue_on`], for a caller that has the one right to queue. It always queues.
    ///
    /// # Safety
    ///
    /// The caller must have the one right to queue, and must ensure that the object is valid until
    /// the run has ended and then a grace period, as for [`Self::queue`].
    pub(super) unsafe fn queue_exclusive_on(&self, cpu: CpuId) -> Attempt {
        // SAFETY: The caller promises that the object is valid until a grace period after the run.
        unsafe { self.queue_on_by(cpu, claim_exclusive) }
    }

    /// Like [`Self::queue_on`], but claims the work by `claim`, as [`Self::queue_by`] does.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is valid until the run has ended and then a grace
    /// period, as for [`Self::queue`].
    #[inline(always)]
    pub(super) unsafe fn queue_on_by(
        &self,
        cpu: CpuId,
        claim: impl FnOnce(&State) -> bool,
    ) -> Attempt {
        let Some(gate) = self.enter_gate() else {
            return self.refuse_going();
        };
        if nmi::is_here() {
            return self.refuse(cpu, EPERM);
        }
        if !self.may_run_on(cpu, &gate) {
            return self.refuse(cpu, ENXIO);
        }
        if !claim(&self.state) {
            host::work_coalesced(ptr::from_ref(self).cast());
            return Attempt::PENDING;
        }
        if cpu == CpuId::current() || !self.send(cpu) {
            self.queue_local(cpu);
        }
        Attempt::QUEUED
    }

    /// See [`Context::requeue_owed`](super::Context::requeue_owed).
    ///
    /// # Safety
    ///
    /// The caller must be the callback of the work, which must be hard, and must ensure that no
    /// other code claims the work.
    pub(super) unsafe fn queue_after_run(&self) {
        // Interrupts are off: the answers stay true until the queueing.
        let takes_works = |&cpu: &CpuId| online::takes_works(cpu, false);
        let here = CpuId::current();
        let cpu = iter::once(here)
            .chain(possible_cpus())
            .find(takes_works)
            .unwrap_or(here);

        if cfg!(debug_assertions) {
            warn_on!(self.state.is_pending());
        }
        self.state.claim_exclusive();
        if cpu == here || !self.send(cpu) {
            self.queue_local(here);
        }
    }

    /// Enters the gate, unless it is closed or the work is shut down.
    #[inline(always)]
    fn enter_gate(&self) -> Option<Gate> {
        // SAFETY: The code is from an origin that stays as long as `self`.
        let gate = unsafe { Gate::enter_at(self.code()) }?;
        // ORDERING: none needed: preemption is off, see `shutdown()`. Litmus test:
        // irq_work-shutdown.
        if self.shut_down.load(ordering::Relaxed) {
            return None;
        }
        Some(gate)
    }

    /// Whether `cpu` will run what is queued now. This must be known before the claim: after it
    /// other callers may have relied on the run.
    #[inline(always)]
    fn may_run_on(&self, cpu: CpuId, _preemption_is_off: &Gate) -> bool {
        // SAFETY: The caller is inside the gate, hence an RCU reader since before this, until the
        // last use of the vtable.
        let threaded = cfg!(CONFIG_PREEMPT_RT) && unsafe { self.vtable() }.is_threaded();
        online::takes_works(cpu, threaded)
    }

    #[cold]
    #[inline(never)]
    fn refuse(&self, cpu: CpuId, error: Error) -> Attempt {
        host::work_refused(ptr::from_ref(self).cast(), cpu, error);
        Attempt::refused(error)
    }

    /// The work or its module cannot be queued any more.
    #[cold]
    #[inline(never)]
    fn refuse_going(&self) -> Attempt {
        self.refuse(CpuId::current(), host::shut_down())
    }

    #[inline]
    pub(super) fn note_time(&self) {
        self.queued_at.store(recent(), ordering::Relaxed);
    }

    #[inline(always)]
    fn note_queued(&self, cpu: CpuId) {
        self.cpu.store(cpu.as_u32(), ordering::Relaxed);
        self.note_time();
        // SAFETY: The code is from the origin of `self`, and this is inside the gate, or the work
        // runs.
        unsafe { host::work_queued(ptr::from_ref(self).cast(), cpu, self.code()) };
    }

    /// Queues a work that the caller has claimed. Preemption is off, and this CPU is `here`.
    #[inline(always)]
    fn queue_local(&self, here: CpuId) {
        self.note_queued(here);
        // SAFETY: The irq_work is initialised. The callers are unsafe functions, whose callers
        // promise that the object is valid until a grace period after the run.
        let queued = unsafe { bindings::irq_work_queue(self.work.get()) };
        // C clears its PENDING flag before `enter()` clears ours. Litmus test: irq_work-flags.
        warn_on!(!queued);
    }

    /// Sends a work that the caller has claimed to `cpu`, which is online. Preemption is off, and
    /// this is no NMI. Returns whether the work was sent, which is always so.
    #[inline(always)]
    fn send(&self, cpu: CpuId) -> bool {
        self.note_queued(cpu);
        // SAFETY: The caller has claimed the work, `cpu` is online, preemption is off, and this is
        // no NMI: both callers have tested that. Their callers promise that the object is valid
        // until a grace period after the run.
        let sent = unsafe {
            self.remote
                .send(cpu.as_u32() as c_int, self.work.get(), Self::arrived)
        };
        warn_on!(!sent);
        sent
    }
}
