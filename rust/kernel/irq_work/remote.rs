// SPDX-License-Identifier: GPL-2.0

//! The way to another CPU, for code that is built into the kernel: `irq_work_queue_on()`.

use kernel::{
    bindings,
    ffi::{
        c_int,
        c_void, //
    },
};

/// What a work needs to be sent: nothing but its own list node.
pub(super) struct Remote;

impl Remote {
    pub(super) const fn new() -> Self {
        Self
    }

    /// Sends `work` to `cpu`, which runs it. Returns whether it was sent, as it always is.
    ///
    /// # Safety
    ///
    /// The caller has claimed `work`, and it stays until it has run. `cpu` is online, preemption is
    /// off, and this is no NMI.
    pub(super) unsafe fn send(
        &self,
        cpu: c_int,
        work: *mut bindings::irq_work,
        _arrived: unsafe extern "C" fn(*mut c_void),
    ) -> bool {
        // SAFETY: By the safety requirements.
        unsafe { bindings::irq_work_queue_on(work, cpu) }
    }
}
