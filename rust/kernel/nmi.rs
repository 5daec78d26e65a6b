// SPDX-License-Identifier: GPL-2.0

//! What an NMI may not do.

use kernel::alloc::AllocError;

use crate::helpers;

/// Whether this is an NMI.
#[inline]
pub(crate) fn is_here() -> bool {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_in_nmi() }
}

/// Refuses to allocate in an NMI, which may have hit the allocator: no flags allow it there.
pub(crate) fn may_allocate() -> Result<(), AllocError> {
    if is_here() {
        return Err(AllocError);
    }
    Ok(())
}
