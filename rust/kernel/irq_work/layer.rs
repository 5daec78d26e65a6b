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
//! The layer's word is the only claim: it gives one caller at a time the right to queue. The claim
//! of the work itself then needs no atomic operation, as that of an
//! [exclusive](super::exclusive) work.
//!
//! None of it is public.

use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use super::{
    pointer::SharedPointer,
    raw::RawIrqWork,
    state::State,
    Context,
    Handle,
    Hard, //
};
use crate::{
    context::TaskContext,
    poll::{
        GaveUp,
        Limit, //
    },
    stall::Stall, //
};

pub(crate) use super::queue::Attempt;

/// A work, without the type of its callback, for functions that are compiled once.
///
/// # Invariants
///
/// The work has a handle, or runs, and is not exclusive: what waits for its end waits also for a
/// run that is queued while this exists, and then for a grace period.
pub(crate) struct Layered<'a>(&'a RawIrqWork);

impl Layered<'_> {
    /// [`Handle::queue`], if `first` returns true.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `first` returns true only if no other code claims the work from
    /// then until the run that this queues, and that the last such run has begun.
    #[inline(always)]
    pub(crate) unsafe fn queue_if(self, first: impl FnOnce() -> bool) -> Attempt {
        // SAFETY: By the type's invariant the object is valid until a grace period after the run.
        unsafe { self.0.queue_by(claim_if(first)) }
    }

    /// [`Handle::queue_on`], if `first` returns true.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `first` returns true only if no other code claims the work, as
    /// for [`Self::queue_if`]. This must be no NMI, or the attempt fails.
    #[inline(always)]
    pub(crate) unsafe fn queue_on_if(self, cpu: CpuId, first: impl FnOnce() -> bool) -> Attempt {
        // SAFETY: By the type's invariant the object is valid until a grace period after the run.
        unsafe { self.0.queue_on_by(cpu, claim_if(first)) }
    }
}

/// Claims the work if `first` gives the right to.
#[inline(always)]
fn claim_if(first: impl FnOnce() -> bool) -> impl FnOnce(&State) -> bool {
    |state| {
        let first = first();
        if first {
            state.claim_exclusive();
        }
        first
    }
}

impl<P: SharedPointer> Handle<P> {
    #[inline]
    pub(crate) fn layered(&self) -> Layered<'_> {
        // INVARIANT: This is a handle. An exclusive work has none.
        Layered(self.raw())
    }

    /// [`Self::sync`], until the limit is reached.
    pub(crate) fn sync_within(&self, limit: Limit, task: &TaskContext) -> Result<(), GaveUp> {
        self.raw().sync_within(limit, task)
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

impl Context<Hard> {
    /// The work, unless it is closed: the last handle is gone, or the work is taken back.
    #[inline]
    pub(crate) fn layered(&self) -> Result<Layered<'_>> {
        // INVARIANT: By the type's invariant the work is running. An exclusive work does not get a
        // `Context`.
        Ok(Layered(self.open()?))
    }

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
