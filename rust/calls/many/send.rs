// SPDX-License-Identifier: GPL-2.0

//! How a call gets to its CPUs, and runs there.

use core::ptr;
use kernel::{
    bindings,
    cpu::CpuId,
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*, //
};

use super::{
    element::{
        Elements,
        RawElement, //
    },
    raw::RawMany,
    state::Countdown,
    targets::Targets, //
};
use crate::{
    call::{
        RawCall,
        Vtable, //
    },
    nmi, //
};

impl RawMany {
    /// Initialises a call, except for its elements.
    pub(super) fn new(vtable: &'static Vtable, elements: Elements) -> impl PinInit<Self> {
        pin_init!(Self {
            head <- RawCall::new(vtable),
            countdown: Countdown::new(),
            elements,
        })
    }

    /// Queues the call on each of the `targets`.
    ///
    /// # Errors
    ///
    /// `EPERM`: this is an NMI. After an error the call is idle as before.
    ///
    /// # Context
    ///
    /// Any. On the caller's own CPU, which is the last, the callback runs before this returns. (If
    /// preemption is on the task may have left that CPU, which then gets an IPI.)
    ///
    /// # Safety
    ///
    /// The caller must have the sole right to queue (`Idle`), and must ensure that the storage
    /// remains valid and pinned until the call has ended.
    pub(super) unsafe fn queue(&self, targets: Targets<'_>) -> Result {
        if nmi::is_here() {
            return Err(EPERM);
        }
        let here = CpuId::current();
        let Elements { asked, percpu } = &self.elements;
        let mut queued = 0;
        // SAFETY: The CPUs are possible, and each element comes once. The caller promises to have
        // the sole right to queue, so that the last call has ended; this one does not end before
        // `queued()`.
        let mut queue = |cpu| unsafe { (*percpu.of(cpu)).queue(cpu, &mut queued) };

        asked.ask(targets, here);
        self.head.start(here);
        asked.for_each_but(here, &mut queue);
        // The others are at work.
        if asked.has(here) {
            queue(here);
        }
        if self.countdown.queued(queued) {
            // SAFETY: All callbacks have returned, and this side was the last. The caller has the
            // token, so that the storage stays valid.
            unsafe { RawCall::hand_over(&raw const self.head) };
        }
        Ok(())
    }

    /// The function of every element's csd.
    ///
    /// # Safety
    ///
    /// The caller must be `kernel/smp.c`, with interrupts off and with the argument of a csd that
    /// [`RawElement::queue`] queued.
    pub(super) unsafe extern "C" fn arrived(info: *mut c_void) {
        let element = info.cast::<RawElement>().cast_const();

        // SAFETY: The call does not end before this CPU counts down: until then the storage is
        // valid. Interrupts are off. `kernel/smp.c` unlocked the csd before it called this and does
        // not use it again; it is not queued again before the call has ended. After the countdown
        // only the last CPU uses the storage, and hands it over.
        unsafe {
            let this = (*element).many.cast::<Self>();

            (*this).check_run(&*element);
            (*element).progress.run();
            RawCall::run_queued(&raw const (*this).head);
            (*element).progress.ran();
            Self::count_down(this);
        }
    }
}

impl RawElement {
    /// Queues this element of `cpu`, and counts it in `queued` if it could.
    ///
    /// # Safety
    ///
    /// The caller must be `RawMany::queue()`, once for each element of a call. The last call must
    /// have ended, and this one must not end before `RawMany::queue()` counts its own part down.
    #[inline]
    unsafe fn queue(&self, cpu: CpuId, queued: &mut i32) {
        self.ask();
        // SAFETY: The csd is initialised by the type's invariant. The caller promises that the last
        // call has ended, so that the csd is not in use; and that this one does not end meanwhile,
        // so that it stays valid.
        let errno = unsafe {
            bindings::smp_call_function_single_async(cpu.as_u32() as c_int, self.csd.get())
        };
        self.count(errno, queued);
    }
}
