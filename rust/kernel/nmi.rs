// SPDX-License-Identifier: GPL-2.0

//! Whether this is an NMI.

use crate::helpers;

/// Whether this is an NMI.
#[inline]
pub(crate) fn is_here() -> bool {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_in_nmi() }
}
