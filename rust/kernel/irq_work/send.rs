// SPDX-License-Identifier: GPL-2.0

//! How a work is sent to another CPU.

use kernel::{
    bindings,
    cpu::CpuId,
    ffi::c_int,
    interrupt::local_interrupt_disable,
    prelude::*, //
};

use super::{
    online,
    raw::RawIrqWork, //
};
use crate::nmi;

impl RawIrqWork {
    /// Queues the work on `cpu`. Returns whether it was newly queued.
    ///
    /// # Errors
    ///
    /// - `ENXIO`: `cpu` is offline, or not possible.
    /// - `EPERM`: this is an NMI.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is pinned and valid until C does not use the work any
    /// more.
    pub(super) unsafe fn queue_on(&self, cpu: CpuId) -> Result<bool> {
        if nmi::is_here() {
            return Err(EPERM);
        }
        // No CPU goes offline meanwhile.
        let _interrupts = local_interrupt_disable();
        if !online::takes_works(cpu, self.is_threaded()) {
            return Err(ENXIO);
        }
        // SAFETY: The irq_work is initialised by the type's invariant. The caller promises that it
        // is pinned and valid until C does not use it any more. `cpu` is online, and this is no
        // NMI.
        Ok(unsafe { bindings::irq_work_queue_on(self.as_ptr(), cpu.as_u32() as c_int) })
    }
}
