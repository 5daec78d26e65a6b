// SPDX-License-Identifier: GPL-2.0

//! The side of the CPU that runs the work.

use core::ptr;
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
    /// The callback of the irq_work.
    ///
    /// # Safety
    ///
    /// For `kernel/irq_work.c`, with the irq_work of a `Self`.
    pub(super) unsafe extern "C" fn trampoline(work: *mut bindings::irq_work) {
        let offset = core::mem::offset_of!(Self, work);
        // SAFETY: The irq_work is in a `Self`, which is there: we are an RCU reader. Who queued it
        // had claimed it, and C runs it once for that.
        unsafe { Self::run(work.byte_sub(offset).cast::<Self>().cast_const()) };
    }

    /// The callback of the csd that carries a work to another CPU, see `remote_csd.rs`.
    ///
    /// # Safety
    ///
    /// For `kernel/smp.c`, with the irq_work of a `Self`.
    pub(super) unsafe extern "C" fn arrived(work: *mut c_void) {
        let work = work.cast::<bindings::irq_work>();
        let offset = core::mem::offset_of!(Self, work);
        // SAFETY: The irq_work is in a `Self`. Interrupts are off, so that it is there. It was
        // claimed before it was sent, and this is called once for that. Nobody looks at the csd
        // again.
        unsafe {
            let this = work.byte_sub(offset).cast::<Self>().cast_const();
            if (*this).vtable().is_threaded() {
                // The thread of this CPU is to run it.
                bindings::irq_work_queue(work);
                return;
            }
            let flags = (*this).vtable().flags;
            helpers::rust_helper_irq_work_lockdep_enter(flags);
            Self::run(this);
            helpers::rust_helper_irq_work_lockdep_exit(flags);
        }
    }

    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// For [`Self::trampoline`] and [`Self::arrived`]: the work was claimed, queued, and is to run.
    pub(super) unsafe fn run(this: *const Self) {
        // SAFETY: The object is there, and stays until a grace period after `exit()`.
        let raw = unsafe { &*this };
        raw.check_run();
        // SAFETY: It is in flight until it leaves.
        let exclusive = unsafe { raw.vtable() }.exclusive;
        // First: from `enter()` on it may be queued again.
        host::work_runs(this.cast());
        if exclusive {
            raw.state.enter_exclusive();
        } else {
            raw.state.enter();
        }
        // SAFETY: The work runs.
        unsafe { raw.call_back_with_lockdep() };
        host::has_run(this.cast());
        if exclusive {
            raw.state.exit_exclusive();
        } else {
            raw.state.exit();
        }
    }

    /// # Safety
    ///
    /// `info` is the work that runs.
    unsafe extern "C" fn call_back(info: *mut c_void) {
        let this = info.cast::<Self>().cast_const();
        // SAFETY: By the safety requirements. The work is there until we are no RCU reader any
        // more, and a callback that has slept or leaked a guard does not change that:
        // `irq_work_single()` looks at the work again. What a callback captures is `Send`.
        unsafe {
            let vtable = (*this).vtable();
            run_balanced(
                !vtable.is_threaded(),
                || (*this).callee(),
                || (vtable.run)(this),
            )
        }
    }

    /// # Safety
    ///
    /// For [`Self::run`].
    unsafe fn call_back_with_lockdep(&self) {
        let info = ptr::from_ref(self).cast_mut().cast::<c_void>();
        // SAFETY: `info` is what `call_back()` asks for.
        unsafe { self.class.run(Self::call_back, info) };
    }

    /// What must hold when C calls us.
    #[inline]
    fn check_run(&self) {
        if cfg!(debug_assertions) {
            // SAFETY: It is in flight.
            let vtable = unsafe { self.vtable() };
            warn_on!(!self.state.is_pending());
            warn_on!(vtable.exclusive && self.state.is_running());
            warn_on!(irqs_disabled() == vtable.is_threaded());
        }
    }
}
