// SPDX-License-Identifier: GPL-2.0

//! What the files under test import from `kernel::bindings`.

/// A full barrier, in models that have them.
///
/// # Safety
///
/// The caller need not ensure anything.
pub unsafe fn smp_mb() {
    crate::sync::atomic::full_barrier();
}
