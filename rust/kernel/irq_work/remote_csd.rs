// SPDX-License-Identifier: GPL-2.0

//! The way to another CPU, for modules: `irq_work_queue_on()`, which sends the list node of the
//! irq_work, is not exported to them. This file sends a csd instead.

use kernel::{
    bindings,
    ffi::{
        c_int,
        c_void, //
    },
    types::Opaque,
};

/// What a work needs in order to be sent.
///
/// # Invariants
///
/// The csd is in use only from a successful claim of the work until the run that it causes.
// `call_single_data_t` asks for the alignment of its size on 64 bit, which bindgen does not see.
#[repr(align(32))]
pub(super) struct Remote(Opaque<bindings::call_single_data_t>);

impl Remote {
    pub(super) const fn new() -> Self {
        Self(Opaque::zeroed())
    }

    /// Sends `work` to `cpu`, where `arrived` is called with it. Returns whether it was sent, which
    /// is always so.
    ///
    /// # Safety
    ///
    /// The caller must have claimed the work that `work` and `self` are parts of, and must ensure
    /// that it stays valid until a grace period after its run, that `cpu` is online, that
    /// preemption is off, and that this is no NMI.
    pub(super) unsafe fn send(
        &self,
        cpu: c_int,
        work: *mut bindings::irq_work,
        arrived: unsafe extern "C" fn(*mut c_void),
    ) -> bool {
        let csd = self.0.get();
        // SAFETY: The caller promises to have claimed the work, which gives it the csd by the
        // type's invariant: C unlocked it before the run that ended the last claim, and does not
        // use it again. The work, and the csd with it, stays valid; `cpu` is online, preemption is
        // off, and this is no NMI.
        let err = unsafe {
            (*csd).func = Some(arrived);
            (*csd).info = work.cast();
            bindings::smp_call_function_single_async(cpu, csd)
        };
        err == 0
    }
}
