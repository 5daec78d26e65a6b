// SPDX-License-Identifier: GPL-2.0

//! How a csd is sent from a loadable crate, which knows of each call, and whose callbacks may go
//! away: `send.rs` in a kernel tree.

use kernel::{
    bindings,
    cpu::CpuId,
    error::Result,
    ffi::{
        c_int,
        c_ulong,
        c_void, //
    },
    prelude::*, //
};

use super::raw::RawCsd;
use crate::{
    call::{
        RawCall,
        Vtable, //
    },
    context::TaskContext,
    helpers,
    host::{
        CodePtr,
        Registered, //
    },
    stall::Stall, //
};

impl RawCsd {
    /// The end of [`RawCsd::queue`].
    ///
    /// # Safety
    ///
    /// The caller must have the sole right to queue, and must ensure that the storage remains valid
    /// and pinned until the call, which it has started, has ended.
    #[inline(always)]
    pub(super) unsafe fn send(&self, cpu: CpuId) -> Result {
        let code = self.call.kept.origin.code();
        let mut flags = 0;
        // SAFETY: `csd` is initialised by the type's invariant. The caller promises to have the
        // sole right to queue, so that the last call has ended and the csd is not in use, and that
        // the storage stays valid and pinned until this one has ended. `flags` is a local variable.
        let outcome = unsafe {
            helpers::rust_helper_csd_queue(cpu.as_u32(), self.csd.get(), code, &raw mut flags)
        };
        if outcome > 0 {
            // The callback writes to all of the object. The pointer for that is the one which
            // `kernel/smp.c` would use, from `init_at()`: `self` is only the csd, and shared.
            //
            // SAFETY: The csd is initialised, and this is not changed.
            let call = unsafe { (*self.csd.get()).info }.cast::<RawCall>();
            // SAFETY: The helper has found that `cpu` is this one, and has turned interrupts off.
            // The caller promises that the storage is valid until the call has ended.
            return unsafe { Self::run_here(call, flags) };
        }
        if outcome < 0 {
            return Err(self.refused(outcome));
        }
        Ok(())
    }

    /// The end of [`RawCsd::queue`] for a call to this CPU: runs it. Returns `Ok`.
    ///
    /// A function of its own, which saves many registers: the sender of a call to another CPU need
    /// not.
    ///
    /// # Safety
    ///
    /// The caller must be [`RawCsd::queue`], with the call of its csd, by a pointer that may be
    /// used for all of the object, after the helper has returned 1 and `flags` for that. The
    /// storage must be valid until the call has ended.
    #[inline(never)]
    pub(super) unsafe fn run_here(call: *const RawCall, flags: c_ulong) -> Result {
        // Lockdep need not know of the callback: the call has ended before its caller can wait for
        // it, and one callback may make such a call of another one.
        //
        // SAFETY: The helper has turned interrupts off. The call is in flight and in no queue, and
        // the caller promises that it is that of a csd, and valid until it has ended. After that it
        // belongs to the caller. The flags are from the helper.
        unsafe {
            Self::run(call, |call| RawCall::run(call));
            helpers::rust_helper_csd_ran_here(flags);
        }
        Ok(())
    }

    /// Enters a call that is about to get a token, after its code was made that of the caller's
    /// module: another module may have initialised the object, and may be gone.
    ///
    /// Does nothing if the object is in the registry, from where its module takes the code away
    /// when it goes, which may be now; or if that has happened. (An object that entered by a
    /// callback which was read before would be in the registry of a module that is gone.)
    ///
    /// # Safety
    ///
    /// The caller must own the object, whose call must have no token, and must ensure that `self`
    /// is dropped before its memory is freed or used for anything else. The vtable must be of the
    /// object's type.
    pub(super) unsafe fn adopt(&self, vtable: &'static Vtable) {
        if self.entry.is_new() && !self.call.is_gone() {
            // SAFETY: The caller promises to own the object, whose call has no token, that the
            // vtable is of its type, and when it is dropped. It is not in the registry, as tested.
            unsafe {
                self.call.adopt(vtable);
                self.register();
            }
        }
    }

    /// Enters a call that is new, and whose code is that of the caller's module.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `self` is dropped before its memory is freed or used for
    /// anything else.
    pub(super) unsafe fn register(&self) {
        // SAFETY: `drop()` removes the entry, and the caller promises that it runs before the
        // memory goes.
        unsafe { self.entry.add(self.call.callback()) };
    }

    /// Waits for a call in a scope, which is in the registry only while its task sleeps: for
    /// reports. Its module cannot go before the task has left the scope.
    ///
    /// # Safety
    ///
    /// The caller must hold the right to wait for this call, and must not have waited with success
    /// yet.
    pub(super) unsafe fn wait_scoped(&self, task: &TaskContext) {
        // SAFETY: The caller promises to hold the right to wait, without a successful wait so far.
        unsafe {
            if !self.call.ends_soon(task) {
                self.wait_registered(task);
            }
        }
    }

    /// # Safety
    ///
    /// The caller must ensure what [`Self::wait_scoped`] requires.
    #[cold]
    #[inline(never)]
    unsafe fn wait_registered(&self, task: &TaskContext) {
        // SAFETY: The entry is that of a `RawCsd`, and is removed below.
        unsafe { self.entry.add_unless_nmi(self.call.callback()) };
        // SAFETY: The caller promises to hold the right to wait, without a successful wait so far.
        unsafe { self.call.wait(task) };
        // The slot is on the stack of its task: it must not be found after a panic.
        self.entry.remove();
    }

    /// Waits for `timeout` jiffies at most, and returns whether the callback has returned.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    pub(super) unsafe fn wait_timeout(&self, task: &TaskContext, timeout: usize) -> bool {
        // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
        let done = unsafe { self.call.wait_at_most(task, timeout) };
        if !done {
            self.call.timed_out();
        }
        done
    }

    /// Whether the callback has started, if the call is in flight. For reports: while the csd is
    /// being queued this is wrong for a moment.
    fn has_started(&self) -> bool {
        let csd = self.csd.get();
        // C unlocks the csd right before it calls the trampoline. `crosscall` does not lock one
        // that it runs itself, on the caller's CPU, until it has ended.
        //
        // SAFETY: `csd` is initialised by the type's invariant. C writes to its flags while they
        // are read here, as a whole.
        let flags = unsafe { (&raw const (*csd).node.__bindgen_anon_1.u_flags).read_volatile() };
        flags == 0
    }
}

// SAFETY: This is kind 0. `ENTRY_OFFSET` is the offset of `entry`, which `init_at()` initialises.
unsafe impl Registered for RawCsd {
    const KIND: usize = 0;
    const ENTRY_OFFSET: usize = core::mem::offset_of!(Self, entry);

    fn is_pending(&self) -> bool {
        self.call.is_pending()
    }

    fn callback(&self) -> *const c_void {
        self.call.callback()
    }

    fn disown(&self) {
        self.call.disown();
    }

    fn stall(&self) -> Stall {
        self.call.stall(|| self.has_started())
    }
}

// After this the entry is not in the registry.
#[pinned_drop]
impl PinnedDrop for RawCsd {
    fn drop(self: Pin<&mut Self>) {
        self.entry.remove();
    }
}

/// The argument of `CsdCallback::name()`. Public in a private module: no client can name it, and so
/// none can write a function that takes it.
pub struct ForReports(pub(super) ());

/// Hands `csd` to C. Returns 0 or a negative errno, which the caller counts.
///
/// # Safety
///
/// The caller must ensure that `csd` is initialised, not in use, and valid until its function is
/// called; that `code` is from the origin of the call; and that preemption is off, inside the gate
/// of its callback.
#[inline]
pub(crate) unsafe fn send(
    cpu: CpuId,
    csd: *mut bindings::call_single_data_t,
    code: CodePtr,
) -> c_int {
    // SAFETY: The caller promises that `csd` is initialised, not in use and valid until its
    // function is called, that `code` is from the origin of the call, and that preemption is off
    // inside the gate of its callback.
    unsafe { helpers::rust_helper_csd_send(cpu.as_u32(), csd, code) }
}
