// SPDX-License-Identifier: GPL-2.0

//! A call that a csd carries to one CPU: the sender's side.
//!
//! ```text
//!   queue()        start() -> smp_call_function_single_async() --.
//!                          -> runs it if to this CPU             | IPI
//!   trampoline()   csd is unlocked already -> vtable.run() <-----'
//!                  hand_over(), see `call.rs`
//! ```

use core::ptr;
#[cfg(debug_assertions)]
use kernel::sync::atomic::{
    ordering,
    Atomic, //
};
use kernel::{
    bindings,
    cpu::CpuId,
    error::Result,
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*,
    types::Opaque,
    warn_on, //
};

#[cfg(crosscall_upstream)]
use crate::nmi;
use crate::{
    call::{
        RawCall,
        Vtable, //
    },
    context::{
        irqs_disabled,
        TaskContext, //
    },
    helpers,
    host::{
        CodePtr,
        Entry,
        Registered, //
    },
    stall::Stall, //
};

/// A call without its callback's type, and the csd that carries it.
///
/// # Invariants
///
/// - `csd` is initialised, its function is [`Self::trampoline`] and its argument is
///   [`Self::call_of`] it, whenever `call` is not idle.
#[cfg_attr(
    not(crosscall_upstream),
    doc = "- `entry` is not in the registry after the drop."
)]
#[cfg_attr(not(crosscall_upstream), pin_data(PinnedDrop))]
#[cfg_attr(crosscall_upstream, pin_data)]
// The object around it is aligned, see `ALIGN`, and it is the first field there: so there is room
// for more in the last 32 bytes.
#[repr(C)]
pub(crate) struct RawCsd {
    #[pin]
    pub(super) csd: Opaque<bindings::call_single_data_t>,
    #[pin]
    pub(super) call: RawCall,
    /// Whether the callback of this queueing has started; see [`Self::check_run`].
    #[cfg(debug_assertions)]
    started: Atomic<bool>,
    #[cfg(not(crosscall_upstream))]
    entry: Entry,
}

// SAFETY: The C parts may be used from any CPU. What the callback captures is not part of it.
unsafe impl Send for RawCsd {}
// SAFETY: Methods that take `&self` use atomics, or C functions that lock; the other methods are
// unsafe and require the token.
unsafe impl Sync for RawCsd {}

impl RawCsd {
    /// `call_single_data_t` asks for the alignment of its size on 64 bit, so that it is in one line
    /// of the cache. Bindgen does not see that.
    pub(super) const ALIGN: usize = size_of::<bindings::call_single_data_t>();

    /// Initialises a call.
    pub(crate) fn new(vtable: &'static Vtable) -> impl PinInit<Self> {
        // SAFETY: `init_at()` initialises all of `slot`, which `PinInit` keeps where it is.
        unsafe {
            pin_init::pin_init_from_closure(move |slot: *mut Self| {
                Self::init_at(slot, vtable);
                Ok(())
            })
        }
    }

    /// Initialises a call at `slot`.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `slot` is valid for writes, and that the call does not move
    /// until it is dropped.
    pub(super) unsafe fn init_at(slot: *mut Self, vtable: &'static Vtable) {
        // SAFETY: The caller promises that `slot` is valid for writes and that the call stays
        // there. The csd is what `INIT_CSD()` makes it, of zeros, a pointer and a function.
        //
        // INVARIANT: The function is the trampoline and the argument is the call; both are written
        // here only, never while the csd may be locked.
        unsafe {
            let csd = (&raw mut (*slot).csd).cast::<bindings::call_single_data_t>();
            csd.write_bytes(0, 1);
            (*csd).func = Some(Self::trampoline);
            (*csd).info = Self::call_of(slot).cast_mut().cast();
            RawCall::init_at(&raw mut (*slot).call, vtable);
            #[cfg(debug_assertions)]
            (&raw mut (*slot).started).write(Atomic::<bool>::new(false));
            // INVARIANT: Not in the registry.
            #[cfg(not(crosscall_upstream))]
            (&raw mut (*slot).entry).write(Entry::new::<Self>());
        }
    }

    /// The call of a csd, as a pointer to all of that: [`Self::of_call`] goes back.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `raw` points to memory for a `Self`.
    #[inline]
    pub(super) unsafe fn call_of(raw: *const Self) -> *const RawCall {
        // SAFETY: The caller promises that the memory has room for the field.
        unsafe { raw.byte_add(core::mem::offset_of!(Self, call)).cast() }
    }

    /// The csd whose call that is.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `call` points to the field of a `Self`.
    pub(super) unsafe fn of_call(call: *const RawCall) -> *const Self {
        // SAFETY: The caller promises that `call` is the field of a `Self`, which is at this
        // distance.
        unsafe { call.byte_sub(core::mem::offset_of!(Self, call)).cast() }
    }

    /// Makes the code of the object that of the caller's module: another module may have
    /// initialised the object, and may be gone.
    ///
    /// Does nothing if the object is in the registry, where its module finds it, or has lost its
    /// code.
    ///
    /// # Safety
    ///
    /// The caller must own the object, whose call must have no token. The vtable must be of the
    /// object's type.
    #[cfg(not(crosscall_upstream))]
    pub(super) unsafe fn adopt(&self, vtable: &'static Vtable) {
        if self.entry.is_new() && !self.call.is_gone() {
            // SAFETY: The caller promises to own the object, whose call has no token, and that the
            // vtable is of its type. It is not in the registry, as tested.
            unsafe { self.call.adopt(vtable) };
        }
    }

    /// Enters the call into the registry, if it is not there.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `self` is dropped before its memory is freed or used for
    /// anything else.
    #[cfg(not(crosscall_upstream))]
    pub(super) unsafe fn register(&self) {
        // SAFETY: `drop()` removes the entry, and the caller promises that it runs before the
        // memory goes.
        unsafe { self.entry.add(self.call.callback()) };
    }

    /// Like [`Self::register`], for a call in a scope, which is on its owner's stack. In an NMI,
    /// where the call can neither be queued nor leave the registry, it does not enter.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `self` is dropped before its memory is freed or used for
    /// anything else, and in the same context.
    #[cfg(not(crosscall_upstream))]
    pub(super) unsafe fn register_scoped(&self) {
        // SAFETY: `drop()` removes the entry, and the caller promises that it runs before the
        // memory goes. A call that did not enter, in an NMI, is never in flight: `queue()` refuses
        // NMIs.
        unsafe { self.entry.add_unless_nmi(self.call.callback()) };
    }

    /// Queues the call on `cpu`.
    ///
    /// # Errors
    ///
    /// Those of [`Idle::call_on`](super::Idle::call_on); `EBUSY` would be a bug of this crate.
    /// After an error the call is idle as before.
    ///
    /// # Context
    ///
    /// Any. On `cpu` itself the callback runs before this returns.
    ///
    /// # Safety
    ///
    /// The caller must have the sole right to queue (`Idle`), and must ensure that the storage
    /// remains valid and pinned until the call has ended.
    pub(super) unsafe fn queue(&self, cpu: CpuId) -> Result {
        let csd = self.csd.get();
        #[cfg(crosscall_upstream)]
        if nmi::is_here() {
            return Err(EPERM);
        }
        self.check_idle();
        self.call.start(cpu);
        // After a success `self` belongs to the callback and to the waiter. The waiter is the
        // caller, so that the storage is valid until this returns.
        //
        // SAFETY: `csd` is initialised by the type's invariant. The caller promises to have the
        // sole right to queue, so that the last call has ended and the csd is not in use, and that
        // the storage stays valid and pinned until this one has ended.
        #[cfg(crosscall_upstream)]
        let outcome =
            unsafe { bindings::smp_call_function_single_async(cpu.as_u32() as c_int, csd) };
        #[cfg(not(crosscall_upstream))]
        let code = self.call.origin.code();
        #[cfg(not(crosscall_upstream))]
        let mut flags = 0;
        // SAFETY: `csd` is initialised by the type's invariant. The caller promises to have the
        // sole right to queue, so that the last call has ended and the csd is not in use, and that
        // the storage stays valid and pinned until this one has ended. `flags` is a local variable.
        #[cfg(not(crosscall_upstream))]
        let outcome =
            unsafe { helpers::rust_helper_csd_queue(cpu.as_u32(), csd, code, &raw mut flags) };
        // After a success `self` belongs to the callback and to the waiter. The waiter is the
        // caller, so that the storage is valid until this returns.
        #[cfg(not(crosscall_upstream))]
        if outcome > 0 {
            // SAFETY: The helper has found that `cpu` is this one, and has turned interrupts off.
            // The caller promises that the storage is valid until the call has ended.
            return unsafe { Self::run_here(Self::call_of(self), flags) };
        }
        if outcome < 0 {
            return Err(self.refused(outcome));
        }
        Ok(())
    }

    #[cold]
    fn refused(&self, errno: c_int) -> Error {
        self.call.cancel();
        Error::from_errno(errno)
    }

    /// Waits for a call in a scope, which is in the registry only if its task sleeps: for reports.
    /// Its module cannot go before the task has left the scope.
    ///
    /// # Safety
    ///
    /// The caller must hold the right to wait for this call, must not have waited with success yet,
    /// and must ensure what [`Self::register_scoped`] requires.
    #[cfg(not(crosscall_upstream))]
    pub(super) unsafe fn wait_scoped(&self, task: &TaskContext) {
        // SAFETY: The caller promises to hold the right to wait, without a successful wait so far,
        // and that `self` is dropped before its memory goes, and in this context.
        unsafe {
            if !self.call.ends_soon(task) {
                self.wait_registered(task);
            }
        }
    }

    /// # Safety
    ///
    /// The caller must ensure what [`Self::wait_scoped`] requires.
    #[cfg(not(crosscall_upstream))]
    #[cold]
    #[inline(never)]
    unsafe fn wait_registered(&self, task: &TaskContext) {
        // SAFETY: The caller promises to hold the right to wait, without a successful wait so far,
        // and that `self` is dropped before its memory goes, and in this context.
        unsafe {
            self.register_scoped();
            self.call.wait(task);
        }
    }

    /// Waits for `timeout` jiffies at most, and returns whether the callback has returned.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    #[cfg(not(crosscall_upstream))]
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
    #[cfg(not(crosscall_upstream))]
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

    /// Checks that an unused csd is in no list, which the C API does not. The kernel leaves `next`
    /// as it was; the trampoline clears it.
    #[inline]
    fn check_idle(&self) {
        if cfg!(debug_assertions) {
            let csd = self.csd.get();
            // SAFETY: `csd` is initialised and not in use, so that no other code writes to it.
            let (next, flags, func) = unsafe {
                (
                    (*csd).node.llist.next,
                    (*csd).node.__bindgen_anon_1.u_flags,
                    (*csd).func,
                )
            };
            #[cfg(debug_assertions)]
            self.started.store(false, ordering::Relaxed);
            warn_on!(!self.call.is_idle());
            warn_on!(!next.is_null());
            warn_on!(flags != 0);
            warn_on!(func.map(|f| f as usize) != Some(Self::trampoline as usize));
        }
    }

    /// Checks what must hold when C calls the trampoline.
    #[inline]
    pub(super) fn check_run(&self) {
        if cfg!(debug_assertions) {
            let csd = self.csd.get();
            // SAFETY: C has unlocked the csd and does not use its node again; until the call has
            // ended no other code does.
            let flags = unsafe {
                (*csd).node.llist.next = ptr::null_mut();
                (*csd).node.__bindgen_anon_1.u_flags
            };
            warn_on!(!self.call.is_pending());
            warn_on!(flags != 0);
            #[cfg(not(crosscall_upstream))]
            warn_on!(!irqs_disabled());
            warn_on!(CpuId::current().as_u32() != self.call.cpu());
            // A second run of one queueing.
            #[cfg(debug_assertions)]
            warn_on!(self.started.xchg(true, ordering::Relaxed));
        }
    }
}

#[cfg(not(crosscall_upstream))]
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

#[cfg(not(crosscall_upstream))]
#[pinned_drop]
impl PinnedDrop for RawCsd {
    fn drop(self: Pin<&mut Self>) {
        self.entry.remove();
    }
}

/// The argument of `CsdCallback::name()`. Public in a private module: no client can name it, and so
/// none can write a function that takes it.
#[cfg(not(crosscall_upstream))]
pub struct ForReports(pub(super) ());

/// Hands `csd` to C. Returns 0 or a negative errno, which the caller counts.
///
/// # Safety
///
/// The caller must ensure that `csd` is initialised, not in use, and valid until its function is
/// called; that `code` is from the origin of the call; and that preemption is off, inside the gate
/// of its callback.
#[cfg(not(crosscall_upstream))]
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
