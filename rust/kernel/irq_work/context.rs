// SPDX-License-Identifier: GPL-2.0

//! What the callback of a work gets.

use core::{
    ops::Deref,
    ptr::NonNull, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use super::{
    raw::RawIrqWork,
    Mode, //
};
use crate::{
    context::{
        self,
        MaySendIpi, //
    },
    host,
    owner::Address, //
};

/// What the callback of a work may do, by mode: this derefs to
/// [`IrqsOff`](crate::context::IrqsOff) or [`ThreadedOnRt`](crate::context::ThreadedOnRt).
///
/// The callback gets a reference that ends with it.
///
/// # Invariants
///
/// `work` is the work whose callback has this context.
pub struct Context<M: Mode> {
    work: Address<RawIrqWork>,
    // Neither `Send` nor `Sync`, and so is this.
    token: M::Token,
}

impl<M: Mode> Context<M> {
    /// # Safety
    ///
    /// The caller must be the callback of `work`, whose mode must be `M`, and must drop this before
    /// the callback ends.
    pub(super) unsafe fn new(work: *const RawIrqWork) -> Self {
        // INVARIANT: The caller promises to be the callback of `work`, and to drop this before it
        // ends.
        Self {
            // SAFETY: `work` points to a work, hence is not null.
            work: Address::new(unsafe { NonNull::new_unchecked(work.cast_mut()) }),
            // SAFETY: The caller promises to be the callback of a work whose mode is `M`, until
            // after the last use of `self.token`.
            token: unsafe { M::token() },
        }
    }

    /// Queues the work again, on this CPU. Returns whether it was newly queued.
    ///
    /// C function: `irq_work_queue()`. The run to come starts after this one has ended, as a rule
    /// at once: a callback that always does this leaves its CPU no time for anything else, unless
    /// it is lazy and the CPU has a tick.
    ///
    /// # Errors
    ///
    /// - [`ENXIO`]: this CPU is going offline.
    /// - [`ESHUTDOWN`]: the last handle was dropped, the work was shut down, or the module of the
    ///   callback is being unloaded.
    pub fn requeue(&self) -> Result<bool> {
        // SAFETY: By the type's invariant the work is running; what waits for its end waits also
        // for the run that this queues, and then for a grace period. It is not exclusive: an
        // exclusive work does not get a `Context`.
        unsafe { self.open()?.queue() }.into_result()
    }

    /// Queues the work again, on `cpu`. Returns whether it was newly queued.
    ///
    /// On another CPU, the run to come may start before this one has ended. On this CPU, this is
    /// [`Self::requeue`].
    ///
    /// # Errors
    ///
    /// - [`ENXIO`]: `cpu` is offline, or not possible.
    /// - [`ESHUTDOWN`]: as [`Self::requeue`].
    pub fn requeue_on(&self, cpu: CpuId) -> Result<bool> {
        // SAFETY: By the type's invariant the work is running; what waits for its end waits also
        // for the run that this queues, and then for a grace period. It is not exclusive.
        unsafe { self.open()?.queue_on(cpu) }.into_result()
    }

    /// The work that runs.
    pub(super) fn raw(&self) -> &RawIrqWork {
        // SAFETY: By the type's invariant the work is the one that runs, and outlives `self`.
        unsafe { &*self.work.as_ptr() }
    }

    /// Like [`Self::raw`], if the work may be queued.
    pub(super) fn open(&self) -> Result<&RawIrqWork> {
        let work = self.raw();
        // The code that closed the work waits until it is idle. It is not idle while this runs, nor
        // after it, if the claim comes before the end of this run.
        if work.is_closed() {
            return Err(host::shut_down());
        }
        Ok(work)
    }
}

impl<M: Mode> Deref for Context<M> {
    type Target = M::Token;

    fn deref(&self) -> &M::Token {
        &self.token
    }
}

// A callback never runs in NMI.
impl<M: Mode> context::private::Sealed for Context<M> {}
impl<M: Mode> MaySendIpi for Context<M> {}
