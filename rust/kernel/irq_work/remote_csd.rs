// SPDX-License-Identifier: GPL-2.0

//! The way to another CPU, for modules, which cannot call `irq_work_queue_on()`: it sends the list
//! node of the irq_work, and this sends a csd.

use kernel::{
    bindings,
    ffi::{
        c_int,
        c_void, //
    },
    types::Opaque,
};

/// What a work needs to be sent.
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

    /// Sends `work` to `cpu`, where `arrived` is called with it. Returns whether it was sent, as it
    /// always is.
    ///
    /// # Safety
    ///
    /// The caller has claimed `work`, which `self` is a part of, and both stay until it has run.
    /// `cpu` is online, preemption is off, and this is no NMI.
    pub(super) unsafe fn send(
        &self,
        cpu: c_int,
        work: *mut bindings::irq_work,
        arrived: unsafe extern "C" fn(*mut c_void),
    ) -> bool {
        let csd = self.0.get();
        // SAFETY: A claim gives the csd to the claimer. C unlocked it before the call that it was
        // last used for, which was before the run that ended the last claim.
        let err = unsafe {
            (*csd).func = Some(arrived);
            (*csd).info = work.cast();
            bindings::smp_call_function_single_async(cpu, csd)
        };
        err == 0
    }
}
