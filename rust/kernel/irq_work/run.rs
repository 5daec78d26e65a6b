// SPDX-License-Identifier: GPL-2.0

//! What happens when the interrupt arrives: the side of the CPU that runs the work.

use kernel::{
    bindings,
    ffi::c_void,
    warn_on, //
};

use super::raw::RawIrqWork;
use crate::{
    context::{
        irqs_disabled,
        run_balanced, //
    },
    helpers,
    host, //
};

impl RawIrqWork {
    /// The callback of an irq_work that is exclusive. (A function for each kind, not a generic one,
    /// which would be compiled into the client, where the work was initialised.)
    ///
    /// # Safety
    ///
    /// The caller must be `kernel/irq_work.c`, with the irq_work of a `Self` that was claimed and
    /// queued, and whose vtable says that it is exclusive.
    #[inline(never)]
    pub(super) unsafe extern "C" fn exclusive_trampoline(work: *mut bindings::irq_work) {
        // SAFETY: The caller promises what this requires.
        unsafe { Self::run_queued::<true>(work) };
    }

    /// The callback of an irq_work that is shared.
    ///
    /// # Safety
    ///
    /// The caller must be `kernel/irq_work.c`, with the irq_work of a `Self` that was claimed and
    /// queued, and whose vtable says that it is not exclusive.
    #[inline(never)]
    pub(super) unsafe extern "C" fn shared_trampoline(work: *mut bindings::irq_work) {
        // SAFETY: The caller promises what this requires.
        unsafe { Self::run_queued::<false>(work) };
    }

    /// # Safety
    ///
    /// The caller must be a trampoline, with the irq_work that C has given to it, and whose vtable
    /// says `EXCLUSIVE`.
    #[inline(always)]
    unsafe fn run_queued<const EXCLUSIVE: bool>(work: *mut bindings::irq_work) {
        let offset = core::mem::offset_of!(Self, work);
        // SAFETY: The caller promises that the irq_work is in a `Self` that was claimed and queued,
        // and is exclusive or not. It is valid, because this is an RCU reader. C runs it once for
        // each queueing.
        unsafe { Self::run::<EXCLUSIVE>(work.byte_sub(offset).cast::<Self>().cast_const()) };
    }

    /// The callback of the csd that carries a work to another CPU, see `remote_csd.rs`.
    ///
    /// # Safety
    ///
    /// The caller must be `kernel/smp.c`, with the irq_work of a `Self` that was claimed and sent
    /// by [`Remote::send`](super::remote::Remote::send).
    pub(super) unsafe extern "C" fn arrived(work: *mut c_void) {
        let work = work.cast::<bindings::irq_work>();
        let offset = core::mem::offset_of!(Self, work);
        // SAFETY: The caller promises that the irq_work is in a `Self` that was claimed and sent.
        // It is valid, because interrupts are off, which makes this an RCU reader. C calls this
        // once for each sending, and does not use the csd again. The work is in flight, so that its
        // module is not gone.
        unsafe {
            let this = work.byte_sub(offset).cast::<Self>().cast_const();
            let vtable = (*this).vtable();
            if vtable.is_threaded() {
                // The thread of this CPU runs it.
                bindings::irq_work_queue(work);
                return;
            }
            helpers::rust_helper_irq_work_lockdep_enter(vtable.flags);
            if vtable.exclusive {
                Self::run::<true>(this);
            } else {
                Self::run::<false>(this);
            }
            helpers::rust_helper_irq_work_lockdep_exit(vtable.flags);
        }
    }

    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// The caller must be [`Self::run_queued`] or [`Self::arrived`], with a work that was claimed
    /// and queued, once for each queueing, and whose vtable says `EXCLUSIVE`.
    #[inline(always)]
    unsafe fn run<const EXCLUSIVE: bool>(this: *const Self) {
        // SAFETY: The caller promises that the work was claimed: it is valid until a grace period
        // after `exit()`.
        let raw = unsafe { &*this };
        raw.check_run();
        // First: from `enter()` on it may be queued again.
        host::work_runs(this.cast());
        if EXCLUSIVE {
            raw.state.enter_exclusive();
        } else {
            raw.state.enter();
        }
        // SAFETY: The work runs from `enter()` to `exit()`, and this is in between. It is valid, so
        // that `this` is what `call_back()` requires.
        unsafe { raw.class.run(Self::call_back, this.cast_mut().cast()) };
        host::has_run(this.cast());
        if EXCLUSIVE {
            raw.state.exit_exclusive();
        } else {
            raw.state.exit();
        }
    }

    /// # Safety
    ///
    /// The caller must ensure that `info` is a [`RawIrqWork`], which runs on this CPU.
    #[inline]
    unsafe extern "C" fn call_back(info: *mut c_void) {
        let this = info.cast::<Self>().cast_const();
        // SAFETY: The caller promises that `info` is the work that runs: it is in flight, so that
        // its module is not gone, and valid until this CPU is no RCU reader any more. A callback
        // that has slept or leaked a guard must not change that, because `irq_work_single()` uses
        // the work again; hence `run_balanced()`. What a callback captures is `Send`: none of it
        // relies on a guard.
        unsafe {
            let vtable = (*this).vtable();
            run_balanced(
                !vtable.is_threaded(),
                move || (*this).callee(),
                move || (vtable.run)(this),
            )
        }
    }

    /// Checks what must hold when C calls a trampoline.
    #[inline]
    fn check_run(&self) {
        if cfg!(debug_assertions) {
            // SAFETY: The work is in flight, so that its module is not gone.
            let vtable = unsafe { self.vtable() };
            warn_on!(!self.state.is_pending());
            warn_on!(vtable.exclusive && self.state.is_running());
            warn_on!(irqs_disabled() == vtable.is_threaded());
        }
    }
}
