// SPDX-License-Identifier: GPL-2.0

//! Works that run on a CPU of the caller's choice.

use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use super::{
    pointer::SharedPointer,
    Context,
    Handle,
    Mode, //
};
use crate::context::MaySendIpi;

impl<P: SharedPointer> Handle<P> {
    /// Queues the work on `cpu`. Returns whether it was newly queued.
    ///
    /// This never calls the callback, not on its own CPU either (where the interrupt may come
    /// before it returns, if interrupts are on). C function: `irq_work_queue_on()`.
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "(Or, for modules, to which that is not exported, it is
`smp_call_function_single_async()`.)"
    )]
    ///
    /// # Errors
    ///
    /// - [`ENXIO`]: `cpu` is not possible, not online, or, see [`Self::queue`], not active. The
    ///   work is not pending on account of this call.
    /// - [`EPERM`]: this is an NMI.
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "  (Where a token can say so, that does not compile.)
- [`ESHUTDOWN`]: as [`Self::queue`]."
    )]
    ///
    /// # Context
    ///
    /// Any but NMI.
    pub fn queue_on(
        &self,
        cpu: CpuId,
        #[cfg(not(crosscall_upstream))] _context: &impl MaySendIpi,
    ) -> Result<bool> {
        // SAFETY: The handle keeps the object, and after the last one the reaper does, until C does
        // not use the work any more. What has handles may be queued by any CPU.
        unsafe { self.raw().queue_on(cpu) }
    }
}

impl<M: Mode> Context<M> {
    /// Queues the work again, on `cpu`. Returns whether it was newly queued.
    ///
    /// On another CPU, the run to come may start before this one has ended. On this CPU, this is
    /// [`Self::requeue`].
    ///
    /// # Errors
    ///
    /// - [`ENXIO`]: as [`Handle::queue_on`].
    /// - [`ESHUTDOWN`]: as [`Self::requeue`].
    pub fn requeue_on(&self, cpu: CpuId) -> Result<bool> {
        // SAFETY: By the type's invariant the work is running; what waits for its end waits also
        // for the run that this queues. What has a `Context` may be queued by any CPU.
        unsafe { self.open()?.queue_on(cpu) }
    }
}
