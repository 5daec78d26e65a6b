// SPDX-License-Identifier: GPL-2.0

//! Where memory cannot be allocated, whatever the flags.

use kernel::alloc::AllocError;

use crate::nmi;

/// Refuses to allocate in an NMI, which may have hit the allocator: no flags allow it there.
pub(crate) fn may_allocate() -> Result<(), AllocError> {
    if nmi::is_here() {
        return Err(AllocError);
    }
    Ok(())
}
