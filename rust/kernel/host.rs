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
    sync::rcu,
    types::NotThreadSafe, //
};

use crate::{
    context::{
        run_balanced,
        Callee, //
    },
    helpers,
    nmi,
    stall::Stall, //
};

/// Names callbacks whose module is gone.
pub(crate) const GONE: &str = "";

/// The right to queue a callback, which every caller gets. Interrupts are off while it exists, so
/// that no CPU goes offline between the test that it is online and the queueing. (In an NMI they
/// are, and `local_interrupt_disable()` must not be called.)
pub(crate) struct Gate(Option<c_ulong>, NotThreadSafe);

impl Gate {
    /// Enters. Any context.
    ///
    /// # Safety
    ///
    /// The caller need not ensure anything: the requirement is that of the out-of-tree file.
    #[inline]
    pub(crate) unsafe fn enter_at(_code: CodePtr) -> Option<Self> {
        // SAFETY: Always safe to call. `drop()` calls the other half of the pair on the same CPU:
        // the gate is not `Send`.
        let flags = (!nmi::is_here()).then(|| unsafe { helpers::rust_helper_irqs_off_enter() });
        Some(Self(flags, NotThreadSafe))
    }
}

impl Drop for Gate {
    #[inline]
    fn drop(&mut self) {
        if let Some(flags) = self.0 {
            // SAFETY: The flags are from `enter_at()`, which this call balances. What was queued in
            // between no longer needs interrupts off.
            unsafe { helpers::rust_helper_irqs_off_exit(flags) };
        }
    }
}

/// `ECANCELED`: what is asked for cannot be queued any more.
pub(crate) fn shut_down() -> Error {
    ECANCELED
}

/// Stands for callbacks whose module is gone.
pub(crate) const GONE_CALLBACK: *const c_void = core::ptr::null();

/// A vtable.
///
/// # Safety
///
/// The implementer must ensure that the type is `repr(C)` and begins with the address of the
/// callback.
pub(crate) unsafe trait Code: Sync + 'static {
    fn gone() -> &'static Self;
}

/// Where an object has the address of its vtable.
pub(crate) type CodePtr = *const *const *const c_void;

/// What an object has of its callback's module.
pub(crate) struct Origin<V: 'static>(&'static V);

impl<V: Code> Origin<V> {
    pub(crate) const fn new(vtable: &'static V) -> Self {
        Self(vtable)
    }

    pub(crate) fn callback(&self) -> *const c_void {
        // SAFETY: By `Code` the vtable begins with the address.
        unsafe { *core::ptr::from_ref(self.0).cast() }
    }

    pub(crate) fn code(&self) -> CodePtr {
        (&raw const self.0).cast()
    }

    /// The vtable, for an RCU reader.
    pub(crate) fn read<'a>(&'a self, _section: &'a rcu::Guard) -> &'a V {
        self.0
    }

    /// # Safety
    ///
    /// The caller need not ensure anything: the requirement is that of the out-of-tree file.
    pub(crate) unsafe fn vtable(&self) -> &V {
        self.0
    }

    pub(crate) fn address(&self) -> *const c_void {
        core::ptr::from_ref(self.0).cast()
    }

    pub(crate) fn is_gone(&self) -> bool {
        false
    }

    pub(crate) fn keep_module(&self) -> Option<ModuleKept> {
        Some(ModuleKept)
    }

    pub(crate) fn disown(&self) {}

    pub(crate) fn set(&self, _vtable: &'static V) {}
}

/// The module of an object's callback does not go before this is dropped.
pub(crate) struct ModuleKept;

/// What a registry may ask of an object that has an [`Entry`].
///
/// # Safety
///
/// The implementer must ensure that `ENTRY_OFFSET` is the offset of the object's [`Entry`].
pub(crate) unsafe trait Registered: Sized {
    const KIND: usize;
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
pub(crate) unsafe fn drop_payload(_reaped: *mut c_void, callee: Callee, drop: impl FnOnce()) {
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
pub(crate) unsafe fn work_queued(_work: *const c_void, _cpu: CpuId, _code: CodePtr) {}

#[inline]
pub(crate) fn work_coalesced(_work: *const c_void) {}

#[inline]
pub(crate) fn work_refused(_work: *const c_void, _cpu: CpuId, _error: Error) {}

#[inline]
pub(crate) fn work_runs(_work: *const c_void) {}

pub(crate) fn is_foreign(
    _object: *const c_void,
    _vtable: *const c_void,
    _ours: *const c_void,
) -> bool {
    false
}
