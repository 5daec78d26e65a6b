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

use super::raw::RawIrqWork;
use crate::{
    clock::jiffies,
    cpus::{
        self,
        possible_cpus, //
    },
    host::{
        self,
        Gate,
        Registered, //
    },
    nmi, //
};

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
    /// period. If the vtable says exclusive, the caller must have the one right to queue.
    pub(super) unsafe fn queue(&self) -> Result<bool> {
        // SAFETY: The caller promises that the object is valid until a grace period after the run,
        // and that it has the one right to queue if the work is exclusive.
        unsafe { self.queue_if(|| true) }
    }

    /// Like [`Self::queue`], but claims the work only if `first` returns true. `first` is called
    /// after the last test that can refuse the work.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is valid until the run has ended and then a grace
    /// period, and must have the one right to queue an exclusive work, as for [`Self::queue`].
    pub(super) unsafe fn queue_if(&self, first: impl FnOnce() -> bool) -> Result<bool> {
        let gate = self.enter_gate(CpuId::current())?;
        self.check_cpu(CpuId::current(), &gate)?;
        if !self.claim(first) {
            return Ok(false);
        }
        self.queue_local();
        Ok(true)
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
    /// period, and must have the one right to queue an exclusive work, as for [`Self::queue`].
    pub(super) unsafe fn queue_on(&self, cpu: CpuId) -> Result<bool> {
        // SAFETY: The caller promises that the object is valid until a grace period after the run,
        // and that it has the one right to queue if the work is exclusive.
        unsafe { self.queue_on_if(cpu, || true) }
    }

    /// Like [`Self::queue_on`], but claims the work only if `first` returns true, as
    /// [`Self::queue_if`] does.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is valid until the run has ended and then a grace
    /// period, and must have the one right to queue an exclusive work, as for [`Self::queue`].
    pub(super) unsafe fn queue_on_if(
        &self,
        cpu: CpuId,
        first: impl FnOnce() -> bool,
    ) -> Result<bool> {
        let gate = self.enter_gate(cpu)?;
        if nmi::is_here() {
            return Err(self.refuse(cpu, EPERM));
        }
        self.check_cpu(cpu, &gate)?;
        if !self.claim(first) {
            return Ok(false);
        }
        if cpu == CpuId::current() || !self.send(cpu) {
            self.queue_local();
        }
        Ok(true)
    }

    /// See [`Context::requeue_owed`](super::Context::requeue_owed).
    ///
    /// # Safety
    ///
    /// The caller must be the callback of the work, which must be hard, and must ensure that no
    /// other code claims the work.
    pub(super) unsafe fn queue_after_run(&self) {
        // Interrupts are off: the answers stay true until the queueing.
        let takes_works = |&cpu: &CpuId| cpus::takes_irq_work(cpu, false);
        let here = CpuId::current();
        let cpu = iter::once(here)
            .chain(possible_cpus())
            .find(takes_works)
            .unwrap_or(here);

        warn_on!(!self.claim(|| true));
        if cpu == here || !self.send(cpu) {
            self.queue_local();
        }
    }

    fn enter_gate(&self, cpu: CpuId) -> Result<Gate> {
        // SAFETY: The pointer is to a field of `self`.
        let gate = unsafe { Gate::enter_at(self.callback_ptr()) };
        let gate = gate.map_err(|error| self.refuse(cpu, error))?;
        // ORDERING: none needed: preemption is off, see `shutdown()`. Litmus test:
        // irq_work-shutdown.
        if self.shut_down.load(ordering::Relaxed) {
            return Err(self.refuse(cpu, host::shut_down()));
        }
        Ok(gate)
    }

    /// Whether `cpu` will run what is queued now. This must be known before the claim: after it
    /// other callers may have relied on the run.
    fn check_cpu(&self, cpu: CpuId, _preemption_is_off: &Gate) -> Result {
        // SAFETY: The caller is inside the gate, hence an RCU reader since before this, until the
        // last use of the vtable.
        let threaded = unsafe { self.vtable() }.is_threaded();
        if cpus::takes_irq_work(cpu, threaded) {
            return Ok(());
        }
        Err(self.refuse(cpu, ENXIO))
    }

    fn refuse(&self, cpu: CpuId, error: Error) -> Error {
        host::work_refused(ptr::from_ref(self).cast(), cpu, error);
        error
    }

    fn claim(&self, first: impl FnOnce() -> bool) -> bool {
        // SAFETY: The caller is inside the gate, hence an RCU reader; or it is the callback, and
        // the work is in flight.
        if unsafe { self.vtable() }.exclusive {
            self.state.claim_exclusive();
            return true;
        }
        let claimed = first() && self.state.claim();
        if !claimed {
            host::work_coalesced(ptr::from_ref(self).cast());
        }
        claimed
    }

    pub(super) fn note_time(&self) {
        self.queued_at.store(jiffies(), ordering::Relaxed);
    }

    fn note_queued(&self, cpu: CpuId) {
        self.cpu.store(cpu.as_u32(), ordering::Relaxed);
        self.note_time();
        host::work_queued(ptr::from_ref(self).cast(), cpu, self.callback());
    }

    /// Queues a work that the caller has claimed. Preemption is off.
    fn queue_local(&self) {
        self.note_queued(CpuId::current());
        // SAFETY: The irq_work is initialised. The callers are unsafe functions, whose callers
        // promise that the object is valid until a grace period after the run.
        let queued = unsafe { bindings::irq_work_queue(self.work.get()) };
        // C clears its PENDING flag before `enter()` clears ours.
        warn_on!(!queued);
    }

    /// Sends a work that the caller has claimed to `cpu`, which is online. Preemption is off, and
    /// this is no NMI. Returns whether the work was sent, which is always so.
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
