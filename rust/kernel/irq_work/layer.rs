// SPDX-License-Identifier: GPL-2.0

//! What a call that is a layer over a work needs, beyond the public methods: crate-internal.
//!
//! Such a call has a state word of its own, as `calls/shared` has, and both words must agree on
//! whether a run is due. Only the core can see to that, which is why this is not in the layer:
//!
//! - The layer's word is asked *after* the last test that can refuse the work, inside the gate.
//!   Otherwise an attempt could be counted, and then be refused, when others have relied on it.
//! - A run that was promised by the layer's word comes even if the last handle has gone meanwhile,
//!   or the module is being unloaded: [`Context::requeue_owed`] passes neither test.
//!
//! None of it is public. A `first` that has returned true owes its callers a run, and code that
//! calls [`Context::requeue_owed`] must know that no other code claims the work.

use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use super::{
    pointer::SharedPointer,
    Context,
    Handle,
    Hard,
    Mode, //
};
use crate::{
    context::{
        MaySendIpi,
        TaskContext, //
    },
    poll::{
        GaveUp,
        Limit, //
    },
    stall::Stall, //
};

impl<P: SharedPointer> Handle<P> {
    /// [`Self::queue`], if `first` returns true.
    #[inline]
    pub(crate) fn queue_if(&self, first: impl FnOnce() -> bool) -> Result<bool> {
        // SAFETY: The handle keeps the object, and after the last one the reaper does until a grace
        // period after the run. The work is not exclusive.
        unsafe { self.raw().queue_if(first) }
    }

    /// [`Self::queue_on`], if `first` returns true.
    #[inline]
    pub(crate) fn queue_on_if(
        &self,
        cpu: CpuId,
        _context: &impl MaySendIpi,
        first: impl FnOnce() -> bool,
    ) -> Result<bool> {
        // SAFETY: The handle keeps the object, and after the last one the reaper does until a grace
        // period after the run. The work is not exclusive.
        unsafe { self.raw().queue_on_if(cpu, first) }
    }

    /// [`Self::sync`], until the limit is reached.
    pub(crate) fn sync_within(&self, limit: Limit, task: &TaskContext) -> Result<(), GaveUp> {
        self.raw().sync(limit, task)
    }

    /// Waits until `done` returns true, or the limit is reached; otherwise like
    /// [`Self::sync_within`].
    pub(crate) fn wait_until(
        &self,
        limit: Limit,
        task: &TaskContext,
        done: &dyn Fn() -> bool,
    ) -> Result<(), GaveUp> {
        self.raw().wait_until(limit, task, done)
    }

    /// Counts a wait that has timed out, and says where the work is.
    pub(crate) fn timed_out(&self) -> Stall {
        self.raw().timed_out()
    }
}

impl<M: Mode> Context<M> {
    /// [`Self::requeue`], if `first` returns true.
    #[inline]
    pub(crate) fn requeue_if(&self, first: impl FnOnce() -> bool) -> Result<bool> {
        let work = self.open()?;
        // SAFETY: By the type's invariant the work is running; what waits for its end waits also
        // for the run that this queues, and then for a grace period. It is not exclusive: an
        // exclusive work does not get a `Context`.
        unsafe { work.queue_if(first) }
    }

    /// [`Self::requeue_on`], if `first` returns true.
    #[inline]
    pub(crate) fn requeue_on_if(&self, cpu: CpuId, first: impl FnOnce() -> bool) -> Result<bool> {
        let work = self.open()?;
        // SAFETY: By the type's invariant the work is running; what waits for its end waits also
        // for the run that this queues, and then for a grace period. It is not exclusive.
        unsafe { work.queue_on_if(cpu, first) }
    }
}

impl Context<Hard> {
    /// Queues the work again after this run, for the callers that were promised one. Neither the
    /// end of the last handle nor that of the module stops this: the work is not idle, and both
    /// wait until it is. On this CPU; if that is going offline, on another one.
    ///
    /// # Safety
    ///
    /// The caller must ensure that no other code claims the work.
    #[inline]
    pub(crate) unsafe fn requeue_owed(&self) {
        // SAFETY: By the type's invariant this is the callback of the work, whose mode is hard. The
        // caller promises that no other code claims the work.
        unsafe { self.raw().queue_after_run() };
    }
}
