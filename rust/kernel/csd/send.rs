// SPDX-License-Identifier: GPL-2.0

//! How a csd is sent.

use kernel::{
    bindings,
    cpu::CpuId,
    error::Result,
    ffi::c_int,
    prelude::*, //
};

use super::raw::RawCsd;
use crate::nmi;

impl RawCsd {
    /// The end of [`RawCsd::queue`].
    ///
    /// # Safety
    ///
    /// The caller must have the sole right to queue, and must ensure that the storage remains valid
    /// and pinned until the call, which it has started, has ended.
    #[inline]
    pub(super) unsafe fn send(&self, cpu: CpuId) -> Result {
        if nmi::is_here() {
            return Err(self.refused(EPERM.to_errno()));
        }
        // SAFETY: `csd` is initialised by the type's invariant. The caller promises to have the
        // sole right to queue, so that the last call has ended and the csd is not in use, and that
        // the storage stays valid and pinned until this one has ended.
        let outcome = unsafe {
            bindings::smp_call_function_single_async(cpu.as_u32() as c_int, self.csd.get())
        };
        if outcome < 0 {
            return Err(self.refused(outcome));
        }
        Ok(())
    }
}
