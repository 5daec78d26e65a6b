// SPDX-License-Identifier: GPL-2.0

//! All calls that exist.

use core::ops::ControlFlow;
use kernel::{
    bindings,
    ffi::c_void, //
};

use super::raw::RawCsd;
use crate::helpers;

/// Shows each call to `visit` until that breaks.
///
/// # Context
///
/// Any but NMI. `visit` runs with interrupts off and a raw spinlock held: it must neither make nor
/// drop a call.
pub(crate) fn for_each<F>(mut visit: F)
where
    F: FnMut(&RawCsd) -> ControlFlow<()>,
{
    /// # Safety
    ///
    /// `links` is in a `RawCsd` in the registry, whose lock is held, and `data` points to an `F`.
    unsafe extern "C" fn adapter<F>(links: *mut bindings::hlist_node, data: *mut c_void) -> bool
    where
        F: FnMut(&RawCsd) -> ControlFlow<()>,
    {
        // SAFETY: By the safety requirements; a call cannot leave the registry under the lock.
        let (visit, raw) = unsafe {
            (
                &mut *data.cast::<F>(),
                &*links.byte_sub(RawCsd::offset_of_links()).cast::<RawCsd>(),
            )
        };
        visit(raw).is_continue()
    }

    // SAFETY: `adapter` is called with members of the registry and with `visit` only.
    unsafe {
        helpers::rust_helper_csd_registry_for_each(adapter::<F>, (&raw mut visit).cast::<c_void>())
    };
}
