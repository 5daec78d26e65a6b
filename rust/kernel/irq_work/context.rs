// SPDX-License-Identifier: GPL-2.0

//! What the callback of a work gets.

use core::{
    ops::Deref,
    ptr::NonNull, //
};
use kernel::prelude::*;

use super::{
    raw::RawIrqWork,
    Mode, //
};
use crate::{
    context::{
        self,
        MaySendIpi,
        Stays, //
    },
    owner::Address, //
};

/// What the callback of a work may do, by mode: this derefs to
/// [`IrqsOff`](crate::context::IrqsOff) or [`ThreadedOnRt`](crate::context::ThreadedOnRt).
///
/// The callback gets a reference that ends with it.
///
/// # Invariants
///
/// `work` is the work whose callback has this context, and whose mode is `M`.
pub struct Context<M: Mode> {
    work: Address<RawIrqWork>,
    _stays: Stays<M::Token>,
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
            _stays: Stays::here(),
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
    /// - [`ENXIO`]: this CPU is going offline; see [`Handle::queue`](super::Handle::queue).
    /// - [`ESHUTDOWN`]: the last handle was dropped.
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "  Or the work was shut down, or the module of the callback is being unloaded."
    )]
    pub fn requeue(&self) -> Result<bool> {
        // SAFETY: By the type's invariant the work is running; what waits for its end waits also
        // for the run that this queues. What has a `Context` may be queued by any CPU.
        unsafe { self.open()?.queue() }
    }

    /// The work that runs.
    pub(super) fn raw(&self) -> &RawIrqWork {
        // SAFETY: By the type's invariant the work is the one that runs, and outlives `self`.
        unsafe { &*self.work.as_ptr() }
    }

    /// Like [`Self::raw`], if the work may be queued.
    pub(super) fn open(&self) -> Result<&RawIrqWork> {
        let work = self.raw();
        // Once the work is not open any more there is a wait until it is idle. It is not idle while
        // this runs, nor after it, if the claim comes before the end of this run.
        work.check_open()?;
        Ok(work)
    }
}

impl<M: Mode> Deref for Context<M> {
    type Target = M::Token;

    fn deref(&self) -> &M::Token {
        // SAFETY: By the type's invariant this is the callback of a work whose mode is `M`, as long
        // as `self` is borrowed.
        unsafe { M::token() }
    }
}

// A callback never runs in NMI.
#[cfg(not(crosscall_upstream))]
impl<M: Mode> context::private::Sealed for Context<M> {}
#[cfg(not(crosscall_upstream))]
impl<M: Mode> MaySendIpi for Context<M> {}
