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
    /// The object is there until the run has ended and a grace period is over. If the vtable says
    /// exclusive, the caller has the one right to queue.
    pub(super) unsafe fn queue(&self) -> Result<bool> {
        // SAFETY: By the safety requirements.
        unsafe { self.queue_if(|| true) }
    }

    /// Like [`Self::queue`], if another word says so too: `first` is asked before the claim, when
    /// nothing can be refused any more.
    ///
    /// # Safety
    ///
    /// As above.
    pub(crate) unsafe fn queue_if(&self, first: impl FnOnce() -> bool) -> Result<bool> {
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
    /// - `ESHUTDOWN`: as above.
    ///
    /// # Safety
    ///
    /// As above.
    pub(super) unsafe fn queue_on(&self, cpu: CpuId) -> Result<bool> {
        // SAFETY: By the safety requirements.
        unsafe { self.queue_on_if(cpu, || true) }
    }

    /// Like [`Self::queue_on`], if another word says so too, see [`Self::queue_if`].
    ///
    /// # Safety
    ///
    /// As above.
    pub(crate) unsafe fn queue_on_if(
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

    /// Queues the work again after this run, for those who were told that there will be one.
    /// Neither the last handle's end nor the module's stops that: the work is not idle, and who
    /// waits for that still does. On this CPU; if that is going offline, on another one.
    ///
    /// # Safety
    ///
    /// The caller is the callback of the work, which is hard, and nobody else claims it.
    pub(crate) unsafe fn queue_after_run(&self) {
        // Interrupts are off: the answers stay true.
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
        // SAFETY: The pointer is to a field of ours.
        let gate = unsafe { Gate::enter_at(self.callback_ptr()) };
        let gate = gate.map_err(|error| self.refuse(cpu, error))?;
        // ORDERING: none needed: preemption is off, see `shutdown()`.
        if self.shut_down.load(ordering::Relaxed) {
            return Err(self.refuse(cpu, host::shut_down()));
        }
        Ok(gate)
    }

    /// Whether `cpu` will run what is queued now. After a claim it is too late to find out: others
    /// may have relied on it.
    fn check_cpu(&self, cpu: CpuId, _preemption_is_off: &Gate) -> Result {
        // SAFETY: The gate has let us in, and preemption is off.
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
        // SAFETY: The gate has let us in, and preemption is off; or we are the callback.
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
        // SAFETY: The irq_work is initialised, and stays by the safety requirements of the callers.
        let queued = unsafe { bindings::irq_work_queue(self.work.get()) };
        // C clears its PENDING before we clear ours.
        warn_on!(!queued);
    }

    /// Sends a work that the caller has claimed to `cpu`, which is online. Returns whether it did,
    /// as it always does. Preemption is off, and this is no NMI.
    fn send(&self, cpu: CpuId) -> bool {
        self.note_queued(cpu);
        // SAFETY: By our contract, which is that of `send()`; the callers of the callers keep the
        // object.
        let sent = unsafe {
            self.remote
                .send(cpu.as_u32() as c_int, self.work.get(), Self::arrived)
        };
        warn_on!(!sent);
        sent
    }
}
