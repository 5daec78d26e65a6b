// SPDX-License-Identifier: GPL-2.0

//! What a call that more than one csd carries has beside what all calls have.

use kernel::{
    bindings,
    prelude::*,
    types::Opaque, //
};

use super::{
    RawCall,
    Vtable, //
};

impl RawCall {
    /// Initialises a call.
    pub(crate) fn new(vtable: &'static Vtable) -> impl PinInit<Self> {
        // SAFETY: `init_at()` initialises all of `slot`, which `PinInit` keeps where it is.
        unsafe {
            pin_init::pin_init_from_closure(move |slot: *mut Self| {
                Self::init_at(slot, vtable);
                Ok(())
            })
        }
    }

    /// Spins for a while until `is_over` says so: a wait that is over earlier than the call.
    /// Returns whether it is.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call.
    #[inline]
    pub(crate) unsafe fn is_over_soon(&self, is_over: impl Fn() -> bool) -> bool {
        // SAFETY: The caller promises to hold the `InFlight`.
        unsafe { self.spin(is_over) }
    }

    /// Sleeps until [`Self::wake`], for which `announce` asks. If that returns true nobody will
    /// call it, and this returns at once.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, must not have waited with success yet,
    /// and must be allowed to sleep.
    pub(crate) unsafe fn sleep_until_woken(&self, announce: impl FnOnce() -> bool) {
        let done = Opaque::<bindings::completion>::uninit();
        let done = done.get();
        // SAFETY: `done` is valid for writes, and stays where it is until this returns. The caller
        // is the one waiter, and has not announced itself: no other code uses its place. `done` is
        // initialised before it is waited for, and the caller may sleep.
        unsafe {
            bindings::init_completion(done);
            (*self.place.get()).sleeper = done;
            if !announce() {
                bindings::wait_for_completion(done);
            }
        }
    }
}
