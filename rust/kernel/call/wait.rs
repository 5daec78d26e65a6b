// SPDX-License-Identifier: GPL-2.0

//! The wait for a call.
//!
//! A call ends by one operation on its state word (`state.rs`), which a waiter reads. Only one that
//! has to sleep gets a completion, on its stack, and announces itself, so that the end of the call
//! wakes it. Before that it spins for a while: a CPU that has interrupts on answers in less time
//! than it takes to sleep and to be woken.

use kernel::{
    bindings,
    types::Opaque, //
};

use super::RawCall;
use crate::{
    clock::now_ns,
    context::TaskContext,
    helpers,
    limit::Limit,
    nmi, //
};

/// The longest time that a waiter spins, in nanoseconds, but for a few looks at the call.
const SPIN_NS: u64 = 10_000;

/// How often a waiter looks at the call before it looks at the clock, which takes longer. On x86
/// these are about a microsecond.
const LOOKS_BY_CLOCK: u32 = 16;

impl RawCall {
    /// Waits until the call has ended.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    #[inline]
    pub(crate) unsafe fn wait(&self, task: &TaskContext) {
        // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
        unsafe { self.wait_within(task, Limit::None) };
    }

    /// Like [`Self::wait`], but gives up when the task gets a fatal signal. Returns whether the
    /// callback has returned.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    pub(crate) unsafe fn wait_killable(&self, task: &TaskContext) -> bool {
        // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
        unsafe { self.wait_within(task, Limit::Killed) }
    }

    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    #[inline]
    pub(super) unsafe fn wait_within(&self, task: &TaskContext, limit: Limit) -> bool {
        self.check_wait(task);
        // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
        self.state.has_ended() || unsafe { self.wait_longer(task, limit) }
    }

    /// Spins for a while until `is_over` says so, if that has paid lately. Returns whether it did.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call.
    #[inline]
    pub(super) unsafe fn spin(&self, is_over: impl Fn() -> bool) -> bool {
        // On PREEMPT_RT the task may keep others from running.
        if cfg!(CONFIG_PREEMPT_RT) || !self.spins.is_next() {
            return false;
        }
        let ended = spin_until(is_over);
        self.spins.learn(ended);
        ended
    }

    /// Sleeps until the call has ended or `limit` is reached. Returns whether it has ended.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, must not have waited with success yet,
    /// and must be allowed to sleep.
    pub(super) unsafe fn sleep(&self, limit: Limit) -> bool {
        let done = Opaque::<bindings::completion>::uninit();
        let done = done.get();
        // SAFETY: `done` is valid for writes, and stays where it is until this returns. The caller
        // is the one waiter, and has not announced itself: no other code uses its place.
        unsafe {
            bindings::init_completion(done);
            (*self.place.get()).sleeper = done;
        }
        if self.state.announce() {
            return true;
        }
        // SAFETY: `done` is initialised, and the caller may sleep.
        if unsafe { wait_for_completion(done, limit) } {
            // `complete()` has let go of the completion's lock.
            return true;
        }
        if self.state.retract() {
            // The call has just ended, and its CPU is about to use the completion.
            //
            // SAFETY: `done` is initialised, and the caller may sleep.
            unsafe { bindings::wait_for_completion(done) };
            return true;
        }
        false
    }

    /// Like [`Self::wait`], without waiting. Any context; in an NMI the answer is no, because the
    /// caller could drop there what it gets.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    #[inline]
    pub(crate) unsafe fn try_wait(&self) -> bool {
        self.state.has_ended() && !nmi::is_here()
    }
}

/// Spins for about [`SPIN_NS`] at most, or until `is_over` says so. Returns whether it did.
#[inline]
fn spin_until(is_over: impl Fn() -> bool) -> bool {
    let (mut looks, mut since) = (0_u32, None);
    while !others_wait() {
        core::hint::spin_loop();
        if is_over() {
            return true;
        }
        looks = looks.wrapping_add(1);
        if looks % LOOKS_BY_CLOCK == 0 {
            let now = now_ns();
            if now.wrapping_sub(*since.get_or_insert(now)) >= SPIN_NS {
                break;
            }
        }
    }
    false
}

/// Whether another task should run on this CPU.
#[inline]
fn others_wait() -> bool {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_need_resched() }
}

/// Sleeps until `done` is completed or `limit` is reached. Returns whether it was completed before
/// that; then `complete()` has let go of its lock. If not, and it is completed after all, that is
/// still to be waited for.
///
/// # Safety
///
/// The caller must ensure that `done` is initialised, and must be allowed to sleep.
unsafe fn wait_for_completion(done: *mut bindings::completion, limit: Limit) -> bool {
    // SAFETY: The caller promises that `done` is initialised and that it may sleep.
    unsafe {
        match limit {
            Limit::None => {
                bindings::wait_for_completion(done);
                true
            }
            Limit::Killed => bindings::wait_for_completion_killable(done) == 0,
            #[cfg(not(crosscall_upstream))]
            Limit::Timeout(timeout) => helpers::rust_helper_wait_at_most(done, timeout),
        }
    }
}
