// SPDX-License-Identifier: GPL-2.0

//! The target's side of a call.

use kernel::{
    ffi::c_void,
    sync::atomic::ordering, //
};

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
    /// Called by `kernel/smp.c` with the argument of a csd that [`RawCsd::queue`] queued.
    pub(super) unsafe extern "C" fn trampoline(info: *mut c_void) {
        let raw = info.cast::<Self>().cast_const();

        // SAFETY: By the safety requirements and those of `queue()` the storage is valid until
        // `hand_over()`, and interrupts are off. `kernel/smp.c` unlocked the csd before it called
        // us and does not look at it again.
        unsafe {
            let call = &raw const (*raw).call;

            (*raw).check_run();
            (*raw).started.store(true, ordering::Relaxed);
            host::csd_runs(info);
            // Nobody ever waits for an inline call, and one callback may make an inline call of
            // another one: lockdep need not know of it.
            if (*raw).inline.load(ordering::Relaxed) {
                RawCall::run(call.cast_mut().cast());
            } else {
                RawCall::run_with_lockdep(call);
            }
            host::has_run(info);
            RawCall::hand_over(call);
        }
    }
}
