// SPDX-License-Identifier: GPL-2.0

//! The kernel's clocks, for waits and reports.

use core::ptr;
use kernel::bindings;

/// The coarse one, which wraps. Any context.
pub(crate) fn jiffies() -> usize {
    // SAFETY: Reading `jiffies` is fine at any time.
    unsafe { ptr::read_volatile(&raw const bindings::jiffies) }
}

/// Nanoseconds, for short times. May step back a little when the task changes its CPU. Any context.
pub(crate) fn now_ns() -> u64 {
    // SAFETY: Always safe to call.
    unsafe { bindings::ktime_get_mono_fast_ns() }
}
