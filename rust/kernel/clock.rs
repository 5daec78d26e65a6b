// SPDX-License-Identifier: GPL-2.0

//! The kernel's clocks.

use core::ptr;
use kernel::bindings;

/// The time in jiffies, which wraps. Any context.
#[cfg(not(crosscall_upstream))]
#[inline]
pub(crate) fn jiffies() -> usize {
    // SAFETY: `jiffies` is a static of the kernel that may be read at any time.
    unsafe { ptr::read_volatile(&raw const bindings::jiffies) }
}

/// The lower half of [`jiffies`], for reports. Any context.
#[cfg(not(crosscall_upstream))]
#[inline]
pub(crate) fn recent() -> u32 {
    jiffies() as u32
}

/// The monotonic time in nanoseconds, for short intervals. May step back a little when the task
/// migrates. Any context.
#[inline]
pub(crate) fn now_ns() -> u64 {
    // SAFETY: Always safe to call.
    unsafe { bindings::ktime_get_mono_fast_ns() }
}
