// SPDX-License-Identifier: GPL-2.0

//! Where memory cannot be allocated, whatever the flags.

use kernel::alloc::AllocError;
#[cfg(not(crosscall_upstream))]
use kernel::{
    alloc::{
        flags::__GFP_NOWARN,
        Flags, //
    },
    bindings,
    prelude::*, //
};

use crate::nmi;

/// Refuses to allocate in an NMI, which may have hit the allocator: no flags allow it there.
pub(crate) fn may_allocate() -> Result<(), AllocError> {
    if nmi::is_here() {
        return Err(AllocError);
    }
    Ok(())
}

/// The flags as C has them. A module can only ask for each.
#[cfg(not(crosscall_upstream))]
pub(crate) fn raw(flags: Flags) -> u32 {
    [
        (GFP_NOWAIT, bindings::GFP_NOWAIT),
        (GFP_ATOMIC, bindings::GFP_ATOMIC),
        (GFP_KERNEL, bindings::GFP_KERNEL),
        (GFP_KERNEL_ACCOUNT, bindings::GFP_KERNEL_ACCOUNT),
        (__GFP_NOWARN, bindings::__GFP_NOWARN),
    ]
    .into_iter()
    .filter(|&(flag, _)| flags.contains(flag))
    .fold(0, |raw, (_, bits)| raw | bits)
}
