// SPDX-License-Identifier: GPL-2.0

//! Waiting for an RCU grace period.
//!
//! A cookie of [`start`] that is over gives the order of a `synchronize_rcu()` that was called when
//! the cookie was taken and returned when it was found to be over: C documents that at
//! `poll_state_synchronize_rcu()`. The LKMM has no cookies, so that `synchronize_rcu()` stands for
//! them in litmus tests, which the callers name.

use kernel::{
    bindings,
    ffi::c_ulong, //
};

use crate::{
    context::TaskContext,
    nmi, //
};

/// How to wait for a grace period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GracePeriod {
    /// Tens of milliseconds, shared with all other waiters. C function: `synchronize_rcu()`.
    Normal,
    /// As fast as it goes, by an IPI to each CPU that is not idle or in user mode; on PREEMPT_RT a
    /// normal one, unless `rcu_normal_after_boot` says otherwise. C function:
    /// `synchronize_rcu_expedited()`.
    Expedited,
}

impl GracePeriod {
    /// Waits for a grace period that begins now.
    pub(crate) fn wait(self, task: &TaskContext) {
        if !task.may_sleep() {
            return spin_since(start());
        }
        // SAFETY: The task may sleep, hence is in no read-side section, as far as can be tested;
        // `task` claims it.
        unsafe {
            match self {
                Self::Normal => bindings::synchronize_rcu(),
                Self::Expedited => bindings::synchronize_rcu_expedited(),
            }
        }
    }

    /// Waits for the grace period that `since` stands for, if it is not over.
    pub(crate) fn wait_since(self, since: c_ulong, task: &TaskContext) {
        if !task.may_sleep() {
            return spin_since(since);
        }
        // SAFETY: The task may sleep, hence is in no read-side section, as far as can be tested;
        // `task` claims it. Any value of `since` may be passed; it is from `start()`.
        unsafe {
            match self {
                Self::Normal => bindings::cond_synchronize_rcu(since),
                Self::Expedited => bindings::cond_synchronize_rcu_expedited(since),
            }
        }
    }
}

/// Starts a grace period. Any context but NMI.
///
/// An NMI, which no caller should be in, must not take RCU's locks: there it is the next grace
/// period that other code asks for.
#[inline]
pub(crate) fn start() -> c_ulong {
    if nmi::is_here() {
        // SAFETY: Always safe to call.
        return unsafe { bindings::get_state_synchronize_rcu() };
    }
    // SAFETY: This is no NMI.
    unsafe { bindings::start_poll_synchronize_rcu() }
}

/// Whether the grace period that [`start`] returned is over. Any context.
#[inline]
pub(crate) fn is_over(since: c_ulong) -> bool {
    // SAFETY: Always safe to call, with any value; `since` is from `start()`.
    unsafe { bindings::poll_state_synchronize_rcu(since) }
}

/// Spins until the grace period is over. A caller that must not sleep may be the very reader it
/// waits for; it then spins forever.
fn spin_since(since: c_ulong) {
    while !is_over(since) {
        core::hint::spin_loop();
    }
}
