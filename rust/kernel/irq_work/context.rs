// SPDX-License-Identifier: GPL-2.0

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
pub struct Context<M: Mode> {
    // INVARIANT: The work of the callback that has this context.
    work: Address<RawIrqWork>,
    // Neither `Send` nor `Sync`, and so is this.
    token: M::Token,
}

impl<M: Mode> Context<M> {
    /// # Safety
    ///
    /// The caller is the callback of `work`, whose mode is `M`, and drops this before it ends.
    pub(super) unsafe fn new(work: *const RawIrqWork) -> Self {
        // INVARIANT: By the safety requirements.
        Self {
            // SAFETY: A work is not at null.
            work: Address::new(unsafe { NonNull::new_unchecked(work.cast_mut()) }),
            // SAFETY: By the safety requirements.
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
        // SAFETY: A work that runs is there until a grace period after it. It is not exclusive:
        // those do not get a `Context`.
        unsafe { self.open()?.queue() }
    }

    /// Queues the work again, on `cpu`. Returns whether it was newly queued.
    ///
    /// If that is another CPU, the run to come may start before this one has ended. If it is this
    /// one, which is the next one too where no other CPU is online: as [`Self::requeue`].
    ///
    /// # Errors
    ///
    /// - [`ENXIO`]: `cpu` is offline, or not possible.
    /// - [`ESHUTDOWN`]: as [`Self::requeue`].
    pub fn requeue_on(&self, cpu: CpuId) -> Result<bool> {
        // SAFETY: As in `requeue()`.
        unsafe { self.open()?.queue_on(cpu) }
    }

    /// The work that runs.
    pub(crate) fn raw(&self) -> &RawIrqWork {
        // SAFETY: By the type invariant.
        unsafe { &*self.work.as_ptr() }
    }

    /// The same, if it may be queued.
    pub(crate) fn open(&self) -> Result<&RawIrqWork> {
        let work = self.raw();
        // Whoever closed the work waits until it is idle, which it is not while this runs, nor, if
        // this is in time, after it.
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
