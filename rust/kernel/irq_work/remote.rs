// SPDX-License-Identifier: GPL-2.0

//! The way to another CPU, for code that is built into the kernel: `irq_work_queue_on()`.

use kernel::{
    bindings,
    ffi::{
        c_int,
        c_void, //
    },
};

/// What a work needs in order to be sent: only its own list node.
pub(super) struct Remote;

impl Remote {
    pub(super) const fn new() -> Self {
        Self
    }

    /// Sends `work` to `cpu`, which runs it. Returns whether it was sent, which is always so.
    ///
    /// # Safety
    ///
    /// The caller must have claimed `work`, and must ensure that it stays valid until a grace
    /// period after its run, that `cpu` is online, that preemption is off, and that this is no NMI.
    #[inline]
    pub(super) unsafe fn send(
        &self,
        cpu: c_int,
        work: *mut bindings::irq_work,
        _arrived: unsafe extern "C" fn(*mut c_void),
    ) -> bool {
        // SAFETY: The caller promises that `work` is claimed and stays valid, that `cpu` is online
        // with preemption off, and that this is no NMI.
        unsafe { bindings::irq_work_queue_on(work, cpu) }
    }
}
