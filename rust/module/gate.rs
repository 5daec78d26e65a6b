// SPDX-License-Identifier: GPL-2.0

//! The gate that module unload closes.

use kernel::{
    bindings,
    error::to_result,
    ffi::c_void,
    prelude::*,
    types::NotThreadSafe, //
};

use super::helpers;

/// The right to queue a callback. Preemption is off while it exists, which makes it an RCU reader:
/// unload closes the gate, waits for a grace period, and knows that whoever was inside has queued.
pub(crate) struct Gate(NotThreadSafe);

impl Gate {
    /// Enters, or says `ESHUTDOWN`: the module that `callback` lies in is going. Any context.
    pub(crate) fn enter(callback: *const c_void) -> Result<Self> {
        // SAFETY: A local variable.
        unsafe { Self::enter_at(&raw const callback) }
    }

    /// The same for an object that another module may have kept: `ESHUTDOWN` if the module that the
    /// callback lies in is going, or gone.
    ///
    /// `callback` is where its address is, which is read in here: before, it may change.
    ///
    /// # Safety
    ///
    /// `callback` is valid for reads.
    pub(crate) unsafe fn enter_at(callback: *const *const c_void) -> Result<Self> {
        // SAFETY: By the safety requirements. The drop does what a success asks for.
        let entered = unsafe { helpers::rust_helper_unload_gate_enter(callback) };
        // Not `then_some()`: that would make a gate in either case, and drop it.
        entered.then(|| Self(NotThreadSafe)).ok_or_else(shut_down)
    }
}

impl Gate {
    /// Like [`Self::enter_at`], for a callback that IPIs are to carry. `EPERM`: this is an NMI,
    /// which may not send them.
    ///
    /// # Safety
    ///
    /// `callback` is valid for reads.
    pub(crate) unsafe fn enter_for_ipi(callback: *const *const c_void) -> Result<Self> {
        // SAFETY: By the safety requirements. The drop does what a success asks for.
        to_result(unsafe { helpers::rust_helper_unload_gate_enter_for_ipi(callback) })?;
        Ok(Self(NotThreadSafe))
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        // SAFETY: We have entered.
        unsafe { helpers::rust_helper_unload_gate_exit() };
    }
}

/// `ESHUTDOWN`: what is asked for cannot be queued any more.
pub(crate) fn shut_down() -> Error {
    Error::from_errno(-(bindings::ESHUTDOWN as i32))
}
