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
        let raw = info.cast::<Self>().cast_const();

        // SAFETY: `info` is the argument of a csd that `queue()` queued, whose caller promised that
        // the storage is valid until `hand_over()`. Interrupts are off. `kernel/smp.c` unlocked the
        // csd before it called this function and does not look at it again.
        unsafe {
            let call = &raw const (*raw).call;

            (*raw).check_run();
            host::csd_runs(info);
            if (*raw).inline.is_set() {
                RawCall::run(call);
            } else {
                RawCall::run_with_lockdep(call);
            }
            host::has_run(info);
            RawCall::hand_over(call);
        }
    }
}
