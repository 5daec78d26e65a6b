// SPDX-License-Identifier: GPL-2.0

//! What the core asks of the module around it and reports to it: in a kernel tree, nothing.
//!
//! Out of tree `rust/module/host.rs` stands in the place of this file, with the same names: there
//! the code of a callback may go away, calls are counted and traced, and unload waits for them. In
//! a kernel tree a module that leaks a token must not be unloaded while the call is in flight, as
//! hrtimer's documentation says of a leaked handle.

use kernel::{
    cpu::CpuId,
    error::{
        code::*,
        Error, //
    },
    ffi::{
        c_ulong,
        c_void, //
    },
    types::NotThreadSafe, //
};

use crate::{
    context::{
        run_balanced,
        Callee, //
    },
    helpers,
    stall::Stall, //
};

/// Names callbacks whose module is gone.
pub(crate) const GONE: &str = "";

/// The right to queue a callback, which every caller gets. Interrupts are off while it exists, so
/// that no CPU goes offline between the test that it is online and the queueing.
pub(crate) struct Gate(c_ulong, NotThreadSafe);

impl Gate {
    /// Enters. Any context.
    ///
    /// # Safety
    ///
    /// The caller need not ensure anything: the requirement is that of the out-of-tree file.
    #[inline]
    pub(crate) unsafe fn enter_at(_callback: *const *const c_void) -> Option<Self> {
        // SAFETY: Always safe to call. `drop()` calls the other half of the pair on the same CPU:
        // the gate is not `Send`.
        Some(Self(
            unsafe { helpers::rust_helper_irqs_off_enter() },
            NotThreadSafe,
        ))
    }
}

impl Drop for Gate {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: The flags are from `enter_at()`, which this call balances. What was queued in
        // between no longer needs interrupts off.
        unsafe { helpers::rust_helper_irqs_off_exit(self.0) };
    }
}

/// `ECANCELED`: what is asked for cannot be queued any more.
pub(crate) fn shut_down() -> Error {
    ECANCELED
}

/// What an object has of its callback's module.
pub(crate) struct Origin<V: 'static> {
    vtable: &'static V,
    callback: *const c_void,
}

impl<V> Origin<V> {
    pub(crate) const fn new(vtable: &'static V, callback: *const c_void) -> Self {
        Self { vtable, callback }
    }

    pub(crate) fn callback(&self) -> *const c_void {
        self.callback
    }

    pub(crate) fn callback_ptr(&self) -> *const *const c_void {
        &raw const self.callback
    }

    /// # Safety
    ///
    /// The caller need not ensure anything: the requirement is that of the out-of-tree file.
    pub(crate) unsafe fn vtable(&self) -> &V {
        self.vtable
    }

    pub(crate) fn is_gone(&self) -> bool {
        false
    }

    pub(crate) fn keep_module(&self) -> Option<ModuleKept> {
        Some(ModuleKept)
    }

    pub(crate) fn disown(&self, _vtable: &'static V) {}

    pub(crate) fn set(&self, _vtable: &'static V, _callback: *const c_void) {}
}

/// The module of an object's callback does not go before this is dropped.
pub(crate) struct ModuleKept;

/// What a registry may ask of an object that has an [`Entry`].
///
/// # Safety
///
/// The implementer must ensure that `ENTRY_OFFSET` is the offset of the object's [`Entry`].
pub(crate) unsafe trait Registered: Sized {
    const ENTRY_OFFSET: usize;

    fn is_pending(&self) -> bool;
    fn callback(&self) -> *const c_void;
    fn stall(&self) -> Stall;
    fn disown(&self);
}

/// An object's place in a registry.
pub(crate) struct Entry;

impl Entry {
    pub(crate) const fn new<T: Registered>() -> Self {
        Self
    }

    /// Whether the object may be given to another module.
    pub(crate) fn is_new(&self) -> bool {
        false
    }

    /// # Safety
    ///
    /// The caller need not ensure anything: the requirement is that of the out-of-tree file.
    pub(crate) unsafe fn add(&self, _callback: *const c_void) {}

    /// # Safety
    ///
    /// The caller need not ensure anything: the requirement is that of the out-of-tree file.
    pub(crate) unsafe fn add_unless_nmi(&self, _callback: *const c_void) {}

    pub(crate) fn remove(&self) {}
}

/// Runs `drop`. Process context.
///
/// # Safety
///
/// The caller must ensure that nothing `drop` has written to relies on a guard that it leaked, as
/// for [`run_balanced`].
pub(crate) unsafe fn drop_payload(callee: Callee, drop: impl FnOnce()) {
    // SAFETY: The caller promises that nothing `drop` has written to relies on a leaked guard, and
    // `drop` returns nothing.
    unsafe { run_balanced(false, || callee, drop) };
}

#[inline]
pub(crate) fn csd_runs(_call: *const c_void) {}

#[inline]
pub(crate) fn has_run(_object: *const c_void) {}

/// # Safety
///
/// The caller need not ensure anything: the requirement is that of the out-of-tree file.
#[inline]
pub(crate) unsafe fn stalled(_cpu: u32) {}

/// # Safety
///
/// The caller need not ensure anything: the requirement is that of the out-of-tree file.
#[inline]
pub(crate) unsafe fn work_queued(
    _work: *const c_void,
    _cpu: CpuId,
    _callback: *const *const c_void,
) {
}

#[inline]
pub(crate) fn work_coalesced(_work: *const c_void) {}

#[inline]
pub(crate) fn work_refused(_work: *const c_void, _cpu: CpuId, _error: Error) {}

#[inline]
pub(crate) fn work_runs(_work: *const c_void) {}

pub(crate) fn is_foreign(_object: *const c_void, _callback: *const c_void) -> bool {
    false
}
