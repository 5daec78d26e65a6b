// SPDX-License-Identifier: GPL-2.0

//! What happens when the IPI arrives: the side of the CPU that runs the call.

use kernel::ffi::c_void;

use super::raw::RawCsd;
use crate::{
    call::RawCall,
    host, //
};

impl RawCsd {
    /// The function of every csd.
    ///
    /// # Safety
    ///
    /// The caller must be `kernel/smp.c`, with interrupts off and with the argument of a csd that
    /// [`RawCsd::queue`] queued.
    pub(super) unsafe extern "C" fn trampoline(info: *mut c_void) {
        // SAFETY: `info` is the argument of a csd that `queue()` queued, hence the call in it. The
        // caller of `queue()` promised that the storage is valid until the call has ended.
        // Interrupts are off. `kernel/smp.c` unlocked the csd before it called this function and
        // does not look at it again.
        unsafe {
            Self::run(info.cast::<RawCall>().cast_const(), |call| {
                RawCall::run_queued(call)
            })
        };
    }

    /// Runs the callback by `run`, and ends the call.
    ///
    /// By the call, not by the csd around it: the run keeps one pointer.
    ///
    /// # Safety
    ///
    /// The caller must ensure that interrupts are off, that `call` is that of a csd, in flight and
    /// in no queue, and that the storage is valid until the call has ended. `run` must run the
    /// callback.
    #[inline(always)]
    pub(super) unsafe fn run(call: *const RawCall, run: impl FnOnce(*const RawCall)) {
        // SAFETY: The caller promises that the call is that of a csd, in flight and in no queue,
        // which makes it valid until `hand_over()`, that interrupts are off, and that `run` runs
        // its callback.
        unsafe {
            (*Self::of_call(call)).check_run();
            #[cfg(not(crosscall_upstream))]
            host::csd_runs(call.cast());
            run(call);
            #[cfg(not(crosscall_upstream))]
            host::has_run(call.cast());
            RawCall::hand_over(call);
        }
    }
}
