// SPDX-License-Identifier: GPL-2.0

//! The gate that module unload closes.

use kernel::{
    bindings,
    ffi::c_void,
    prelude::*,
    types::NotThreadSafe, //
};

use super::helpers;

/// The right to queue a callback. Preemption is off while it exists, which makes it an RCU reader:
/// unload closes the gate, waits for a grace period, and then all code that was inside has queued.
pub(crate) struct Gate(NotThreadSafe);

impl Gate {
    /// Enters. Any context.
    pub(crate) fn enter(callback: *const c_void) -> Result<Self> {
        // SAFETY: The pointer is to a local variable.
        unsafe { Self::enter_at(&raw const callback) }.ok_or_else(shut_down)
    }

    /// Like [`Self::enter`], for an object that another module may have kept: `None` also if the
    /// module that the callback lies in is gone.
    ///
    /// `callback` points to the callback's address, which is read with preemption off: it may
    /// change before.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `callback` is valid for reads.
    #[inline]
    pub(crate) unsafe fn enter_at(callback: *const *const c_void) -> Option<Self> {
        // SAFETY: The caller promises that `callback` is valid for reads. After a success `drop()`
        // calls the exit, on the same CPU: a gate is not `Send`, and preemption is off.
        let entered = unsafe { helpers::rust_helper_unload_gate_enter(callback) };
        // Not `then_some()`: that would make a gate in either case, and drop it.
        entered.then(|| Self(NotThreadSafe))
    }
}

impl Gate {
    /// Like [`Self::enter_at`], for a callback that IPIs will carry. `EPERM`: this is an NMI, which
    /// must not send them.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `callback` is valid for reads.
    #[inline]
    pub(crate) unsafe fn enter_for_ipi(callback: *const *const c_void) -> Result<Self> {
        // SAFETY: The caller promises that `callback` is valid for reads. After a success `drop()`
        // calls the exit, on the same CPU: a gate is not `Send`, and preemption is off.
        match unsafe { helpers::rust_helper_unload_gate_enter_for_ipi(callback) } {
            0 => Ok(Self(NotThreadSafe)),
            errno => Err(Error::from_errno(errno)),
        }
    }
}

impl Drop for Gate {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: A `Gate` exists only after a successful enter, which this balances.
        unsafe { helpers::rust_helper_unload_gate_exit() };
    }
}

/// `ESHUTDOWN`: the callback cannot be queued any more.
pub(crate) fn shut_down() -> Error {
    Error::from_errno(-(bindings::ESHUTDOWN as i32))
}
