// SPDX-License-Identifier: GPL-2.0

//! The way to another CPU, for code that is built into the kernel: `irq_work_queue_on()`.

use kernel::{
    bindings,
    ffi::c_int, //
};

use super::raw::RawIrqWork;

/// What a work needs to be sent: nothing but its own list node.
pub(super) struct Remote;

impl Remote {
    pub(super) const fn new() -> Self {
        Self
    }
}

impl RawIrqWork {
    /// Sends a work that the caller has claimed to `cpu`, which is online. Preemption is off, and
    /// this is no NMI. Returns whether it was sent, as it always is.
    pub(super) fn send_to(&self, cpu: c_int) -> bool {
        // SAFETY: The irq_work is initialised, and stays by the safety requirements of who queues
        // it.
        unsafe { bindings::irq_work_queue_on(self.work.get(), cpu) }
    }
}
