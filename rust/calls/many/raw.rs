// SPDX-License-Identifier: GPL-2.0

//! The part of a call that does not depend on its callback's type.
//!
//! What happens to a call, and what is touched last:
//!
//! ```text
//!   queue()               head.start()
//!                         for each CPU: smp_call_function_single_async() --.
//!                         countdown.queued() -> last? hand_over()          | IPI, or inline
//!   arrived()             callback, result    <-------------------------------'
//!                         countdown.ran() -> not the last   <- last touch of the storage
//!                                         -> at the mark of wait_any(): wake it
//!                                         -> last: hand_over()
//!   hand_over()           as for all calls, see call.rs
//! ```
//!
//! Hence an element is not queued again while any CPU may still use one of the same call: the right
//! to queue comes back from the side that counted down to 0.

use core::ptr;
use kernel::{
    cpu::CpuId,
    prelude::*,
    warn_on, //
};

use super::{
    element::{
        ElementRef,
        Elements,
        RawElement, //
    },
    state::{
        Countdown,
        Step, //
    },
    targets, //
};
#[cfg(not(crosscall_upstream))]
use crate::host::Entry;
use crate::{
    call::RawCall,
    context::TaskContext, //
};

/// A call without its callback's type.
///
/// # Invariants
///
/// Once it has an owner, `elements` have been initialised with the address of `self`.
#[cfg_attr(not(crosscall_upstream), pin_data(PinnedDrop))]
#[cfg_attr(crosscall_upstream, pin_data)]
#[repr(C)]
pub(crate) struct RawMany {
    #[pin]
    pub(super) head: RawCall,
    pub(super) countdown: Countdown,
    pub(super) elements: Elements,
    #[cfg(not(crosscall_upstream))]
    pub(super) entry: Entry,
}

impl RawMany {
    /// The elements of all CPUs that the current or last call was for.
    pub(super) fn elements(&self) -> Iter<'_> {
        Iter {
            raw: self,
            cpus: self.elements.asked.iter(),
        }
    }

    /// Initialises the elements.
    ///
    /// # Safety
    ///
    /// The caller must call this once, before anything else, and must ensure that `this` stays
    /// where it is until it is dropped. It must be a pointer by which all of the call's storage may
    /// be used: callbacks get it.
    pub(super) unsafe fn init_elements(this: *const Self) {
        // SAFETY: The caller promises that no CPU uses the elements yet, and that `this` stays
        // where it is until it is dropped, and the elements with it.
        unsafe { (*this).elements.init(this.cast(), Self::arrived) };
    }

    /// Checks what must hold when C calls `arrived()` on the CPU of an element.
    #[inline]
    pub(super) fn check_run(&self, element: &RawElement) {
        if cfg!(debug_assertions) {
            // A second run of one queueing would find another step.
            warn_on!(element.progress.step() != Step::Queued);
            // SAFETY: This CPU is possible.
            let own = unsafe { self.elements.of(CpuId::current()) };
            warn_on!(!ptr::eq(own, element));
        }
    }

    /// Notes that a CPU does not touch the call any more. The last one hands it over.
    ///
    /// # Safety
    ///
    /// The caller must call this once for each element that was queued, after its callback has
    /// returned, and must not use the call after this.
    pub(super) unsafe fn count_down(this: *const Self) {
        // SAFETY: The call does not end before this CPU has counted down. After that only two CPUs
        // use it: the one that wakes the holder of the token, which keeps the storage until then,
        // and has announced itself; and the last one, which hands the call over, when all callbacks
        // have returned. Litmus test: many-marked.
        unsafe {
            let after = (*this).countdown.ran();
            if after.wakes {
                RawCall::wake(&raw const (*this).head);
            }
            if after.is_last {
                RawCall::hand_over(&raw const (*this).head);
            }
        }
    }

    /// Waits for a CPU that has run and whose result this has not returned before. `None`: there is
    /// none left.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    pub(super) unsafe fn wait_any(&self, task: &TaskContext) -> Option<(CpuId, ElementRef<'_>)> {
        self.head.check_wait(task);
        loop {
            // First: a CPU that ends after this has made the count less.
            let left = self.countdown.left();
            for (cpu, element) in self.elements() {
                if element.progress.step() == (Step::Ran { told: false }) {
                    element.progress.tell();
                    return Some((cpu, element));
                }
            }
            if left == 0 {
                return None;
            }
            // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
            unsafe { self.wait_for_fewer(left, task) };
        }
    }

    /// Waits until `n` CPUs have run, or all. Returns how many have.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    pub(super) unsafe fn wait_at_least(&self, task: &TaskContext, n: usize) -> usize {
        self.head.check_wait(task);
        let refused = |step| matches!(step, Step::NotAsked | Step::Refused(_));
        let queued = self
            .elements()
            .filter(|(_, element)| !refused(element.progress.step()))
            .count();
        loop {
            let left = self.countdown.left();
            let ran = queued.saturating_sub(left as usize);
            if left == 0 || ran >= n {
                return ran;
            }
            // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
            unsafe { self.wait_for_fewer((queued - n.min(queued)) as i32 + 1, task) };
        }
    }

    /// Waits until fewer than `mark` CPUs have yet to end. May return too early.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    unsafe fn wait_for_fewer(&self, mark: i32, _task: &TaskContext) {
        #[cfg(not(crosscall_upstream))]
        if !_task.may_sleep() {
            return core::hint::spin_loop();
        }
        let is_so = || self.countdown.left() < mark;
        // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
        // `announce()` says whether a CPU will wake it.
        unsafe {
            if !self.head.is_over_soon(is_so) {
                self.head
                    .sleep_until_woken(|| self.countdown.announce(mark));
                self.countdown.retract(mark);
            }
        }
    }
}

/// See [`RawMany::elements`].
pub(super) struct Iter<'a> {
    raw: &'a RawMany,
    cpus: targets::Iter<'a>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (CpuId, ElementRef<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let cpu = self.cpus.next()?;
        // SAFETY: The CPU is possible.
        Some((cpu, unsafe { ElementRef::new(&self.raw.elements, cpu) }))
    }
}
