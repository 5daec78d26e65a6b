// SPDX-License-Identifier: GPL-2.0

//! The gate that module unload closes.

use kernel::{
    bindings,
    ffi::c_void,
    prelude::*,
    types::NotThreadSafe, //
};

use super::{
    helpers,
    origin::CodePtr, //
};

/// The right to queue a callback. Preemption is off while it exists, which makes it an RCU reader:
/// unload closes the gate, waits for a grace period, and then all code that was inside has queued.
pub(crate) struct Gate(NotThreadSafe);

impl Gate {
    /// Enters. Any context.
    pub(crate) fn enter(callback: *const c_void) -> Result<Self> {
        // SAFETY: The callback is not dereferenced. After a success `drop()` calls the exit, on the
        // same CPU: a gate is not `Send`, and preemption is off.
        let entered = unsafe { helpers::rust_helper_unload_gate_enter_of(callback) };
        entered.then(|| Self(NotThreadSafe)).ok_or_else(shut_down)
    }

    /// Like [`Self::enter`], for an object that another module may have kept: `None` also if the
    /// module that the callback lies in is gone.
    ///
    /// The code is read with preemption off: it may change before.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `code` is from an [`Origin`](super::origin::Origin) that stays.
    #[inline]
    pub(crate) unsafe fn enter_at(code: CodePtr) -> Option<Self> {
        // SAFETY: The caller promises that `code` is valid for reads, and the vtable for RCU
        // readers. After a success `drop()` calls the exit, on the same CPU: a gate is not `Send`,
        // and preemption is off.
        let entered = unsafe { helpers::rust_helper_unload_gate_enter(code) };
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
    /// The caller must ensure what [`Self::enter_at`] requires.
    #[inline]
    pub(crate) unsafe fn enter_for_ipi(code: CodePtr) -> Result<Self> {
        // SAFETY: The caller promises that `code` is valid for reads, and the vtable for RCU
        // readers. After a success `drop()` calls the exit, on the same CPU: a gate is not `Send`,
        // and preemption is off.
        match unsafe { helpers::rust_helper_unload_gate_enter_for_ipi(code) } {
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
