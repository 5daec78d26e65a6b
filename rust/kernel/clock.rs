// SPDX-License-Identifier: GPL-2.0

//! The kernel's clock for short times.

use kernel::bindings;

/// The monotonic time in nanoseconds, for short intervals. May step back a little when the task
/// migrates. Any context.
#[inline]
pub(crate) fn now_ns() -> u64 {
    // SAFETY: Always safe to call.
    unsafe { bindings::ktime_get_mono_fast_ns() }
}
