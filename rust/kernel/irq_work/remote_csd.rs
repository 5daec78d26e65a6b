// SPDX-License-Identifier: GPL-2.0

//! The way to another CPU, for modules, which cannot call `irq_work_queue_on()`: it sends the list
//! node of the irq_work, and this sends a csd.

use core::ptr;
use kernel::{
    bindings,
    ffi::{
        c_int,
        c_void, //
    },
    types::Opaque,
};

use super::raw::RawIrqWork;
use crate::helpers;

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
}

impl RawIrqWork {
    /// Sends a work that the caller has claimed to `cpu`, which is online. Preemption is off, and
    /// this is no NMI. Returns whether it was sent, as it always is.
    pub(super) fn send_to(&self, cpu: c_int) -> bool {
        let csd = self.remote.0.get();
        // SAFETY: A claim gives the csd to the claimer. C unlocked it before the call that it was
        // last used for, which was before the run that ended the last claim.
        let err = unsafe {
            (*csd).func = Some(Self::remote);
            (*csd).info = ptr::from_ref(self).cast_mut().cast();
            bindings::smp_call_function_single_async(cpu, csd)
        };
        err == 0
    }

    /// The callback of the csd.
    ///
    /// # Safety
    ///
    /// For `kernel/smp.c`, with the argument that [`Self::send_to`] gave it.
    unsafe extern "C" fn remote(info: *mut c_void) {
        let this = info.cast::<Self>().cast_const();
        // SAFETY: Interrupts are off, so that the object is there. It was claimed before
        // `send_to()`, and this is called once for that. Nobody looks at the csd again.
        unsafe {
            if (*this).vtable().is_threaded() {
                // The thread of this CPU is to run it.
                bindings::irq_work_queue((*this).work.get());
                return;
            }
            let flags = (*this).vtable().flags;
            helpers::rust_helper_irq_work_lockdep_enter(flags);
            Self::run(this);
            helpers::rust_helper_irq_work_lockdep_exit(flags);
        }
    }
}
