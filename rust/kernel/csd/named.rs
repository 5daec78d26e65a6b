// SPDX-License-Identifier: GPL-2.0

//! Calls in a scope with a name of their own, for reports.

use kernel::{
    cpu::CpuId,
    ffi::c_void, //
};

use super::{
    raw::RawCsd,
    scope::{
        Scope,
        ScopedIdle,
        ScopedInFlight,
        Slot, //
    },
    Refused, //
};
use crate::{
    call::Vtable,
    context::IrqsOff, //
};

/// The vtable of a slot's call, which an `N` names in reports.
struct Named<F, R, N>(F, R, N);

impl<F, R, N> Named<F, R, N>
where
    F: FnMut(&IrqsOff) -> R + Send,
    R: Send,
{
    const VTABLE: &'static Vtable = {
        assert!(align_of::<Slot<F, R>>() >= RawCsd::ALIGN);
        &Vtable {
            callback: Slot::<F, R>::run as *const c_void,
            run: Slot::<F, R>::run,
            reap: Slot::<F, R>::reap,
            name: core::any::type_name::<N>,
        }
    };
}

impl<'scope> Scope<'scope, '_> {
    /// Like [`Self::call_on`]. An `N` names the call in reports.
    pub(super) fn call_named<F, R, N>(
        &'scope self,
        slot: &'scope mut Slot<F, R>,
        cpu: CpuId,
    ) -> Result<ScopedInFlight<'scope, F, R>, Refused<ScopedIdle<'scope, F, R>>>
    where
        F: FnMut(&IrqsOff) -> R + Send,
        R: Send,
    {
        // SAFETY: The vtable is that of the slot's type.
        unsafe { self.token(slot, Named::<F, R, N>::VTABLE) }.call_on(cpu)
    }
}
