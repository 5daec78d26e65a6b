// SPDX-License-Identifier: GPL-2.0

//! What runs a call, waits for it, and reaps it.

use kernel::{
    bindings,
    prelude::*,
    task::might_sleep,
    types::Opaque, //
};

use super::RawCall;
use crate::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    limit::Limit, //
};

impl RawCall {
    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// The caller must ensure that interrupts are off, and that `call` points to a [`RawCall`] that
    /// is in flight and is not handed over before this returns.
    #[inline]
    pub(crate) unsafe fn run_queued(call: *const Self) {
        // SAFETY: The caller promises that interrupts are off and stay off until this returns, and
        // that the call is in flight until then, so that it is valid.
        unsafe { ((*call).kept.vtable.run)(call, IrqsOff::assume_disabled()) };
    }

    /// Leaves what the call owns to a workqueue, which drops it.
    ///
    /// # Safety
    ///
    /// The caller must own the call, which has no token, and must not use it after this. `call`
    /// must be a pointer by which all of the call's storage may be used.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn give_to_reaper(call: *const Self) {
        // SAFETY: The caller owns the call, so that the work is valid until `reap_one()` gets it,
        // and in no queue: a call is given to the reaper once. (A reference to the call would still
        // be there when its memory goes.)
        unsafe {
            let work = &raw mut (*Opaque::cast_into(&raw const (*call).place)).reap;
            bindings::init_work_with_key(
                work,
                Some(Self::reap_one),
                false,
                c"csd".as_char_ptr(),
                kernel::sync::static_lock_class!().as_ptr(),
            );
            bindings::queue_work_on(
                bindings::wq_misc_consts_WORK_CPU_UNBOUND as kernel::ffi::c_int,
                bindings::system_dfl_wq,
                work,
            );
        }
    }

    /// Drops what the call owns. Process context.
    ///
    /// # Safety
    ///
    /// The caller must be the workqueue, with a `work` that [`Self::give_to_reaper`] queued.
    unsafe extern "C" fn reap_one(work: *mut bindings::work_struct) {
        // The work is in the first field.
        let call = work.cast::<Self>().cast_const();
        // SAFETY: The caller promises that the call was given to the reaper: it is valid, not in
        // flight, and has no token. The workqueue does not use a work that it runs.
        unsafe { ((*call).kept.vtable.reap)(call) };
    }

    /// Reports a caller that must not wait, also if there is nothing to wait for.
    #[inline]
    pub(crate) fn check_wait(&self, _task: &TaskContext) {
        might_sleep();
    }

    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn wait_longer(&self, _task: &TaskContext, limit: Limit) -> bool {
        // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far. A
        // task may sleep.
        unsafe { self.spin(|| self.state.has_ended()) || self.sleep(limit) }
    }
}
