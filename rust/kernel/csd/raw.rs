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
    ffi::c_int,
    prelude::*,
    types::Opaque,
    warn_on, //
};

use crate::{
    call::{
        RawCall,
        Vtable, //
    },
    host::Entry, //
};

/// A call without its callback's type, and the csd that carries it.
///
/// # Invariants
///
/// - `csd` is initialised, its function is [`Self::trampoline`] and its argument is
///   [`Self::call_of`] it.
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
    pub(super) entry: Entry,
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
        self.check_idle();
        self.call.start(cpu);
        // After a success `self` belongs to the callback and to the waiter. The waiter is the
        // caller, so that the storage is valid until this returns.
        //
        // SAFETY: `csd` is initialised by the type's invariant. The caller promises to have the
        // sole right to queue, so that the last call has ended and the csd is not in use, and that
        // the storage stays valid and pinned until this one has ended.
        unsafe { self.send(cpu) }
    }

    /// Makes the call idle again: it was refused.
    #[cold]
    pub(super) fn refused(&self, errno: c_int) -> Error {
        self.call.cancel();
        Error::from_errno(errno)
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
            warn_on!(func.map(|f| f as *const ()) != Some(Self::trampoline as *const ()));
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
            warn_on!(CpuId::current().as_u32() != self.call.cpu());
            // A second run of one queueing.
            #[cfg(debug_assertions)]
            warn_on!(self.started.xchg(true, ordering::Relaxed));
        }
    }
}
