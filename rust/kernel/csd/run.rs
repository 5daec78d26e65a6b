// SPDX-License-Identifier: GPL-2.0

//! What happens when the IPI arrives: the side of the CPU that runs the call.

use kernel::{
    error::Result,
    ffi::{
        c_ulong,
        c_void, //
    },
};

use super::raw::RawCsd;
use crate::{
    call::RawCall,
    helpers,
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
        #[cfg(not(crosscall_upstream))]
        unsafe {
            Self::run(info.cast::<RawCall>().cast_const(), |call| {
                RawCall::run_with_lockdep(call)
            })
        };
        // SAFETY: `info` is the argument of a csd that `queue()` queued, hence the call in it. The
        // caller of `queue()` promised that the storage is valid until the call has ended.
        // Interrupts are off. `kernel/smp.c` unlocked the csd before it called this function and
        // does not look at it again.
        #[cfg(crosscall_upstream)]
        unsafe {
            Self::run(info.cast::<RawCall>().cast_const(), |call| {
                RawCall::run(call)
            })
        };
    }

    /// The end of [`RawCsd::queue`] for a call to this CPU: runs it. Returns `Ok`.
    ///
    /// A function of its own, which saves many registers: the sender of a call to another CPU need
    /// not.
    ///
    /// # Safety
    ///
    /// The caller must be [`RawCsd::queue`], with the call of its csd, after the helper has
    /// returned 1 and `flags` for that. The storage must be valid until the call has ended.
    #[cfg(not(crosscall_upstream))]
    #[inline(never)]
    pub(super) unsafe fn run_here(call: *const RawCall, flags: c_ulong) -> Result {
        // Lockdep need not know of the callback: the call has ended before its caller can wait for
        // it, and one callback may make such a call of another one.
        //
        // SAFETY: The helper has turned interrupts off. The call is in flight and in no queue, and
        // the caller promises that it is that of a csd, and valid until it has ended. After that it
        // belongs to the caller. The flags are from the helper.
        unsafe {
            Self::run(call, |call| RawCall::run(call));
            helpers::rust_helper_csd_ran_here(flags);
        }
        Ok(())
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
    unsafe fn run(call: *const RawCall, run: impl FnOnce(*const RawCall)) {
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
