// SPDX-License-Identifier: GPL-2.0

//! The kernel's clock for long times.

use core::ptr;
use kernel::bindings;

/// The time in jiffies, which wraps. Any context.
#[inline]
pub(crate) fn jiffies() -> usize {
    // SAFETY: `jiffies` is a static of the kernel that may be read at any time.
    unsafe { ptr::read_volatile(&raw const bindings::jiffies) }
}

/// The lower half of [`jiffies`], for reports. Any context.
#[inline]
pub(crate) fn recent() -> u32 {
    jiffies() as u32
}
