// SPDX-License-Identifier: GPL-2.0

//! A call that ends once: its state word, the wait for it, and which side drops what it owned.
//!
//! This file does not know how the call gets to a CPU, nor how many csds carry it. What happens at
//! the end, and what is touched last:
//!
//! ```text
//!   hand_over()  state.finish() -> TokenHolder:           <- last touch of the storage
//!                               -> Sleeper:  complete()   <- the waiter leaves after this
//!                               -> Reaper:   queues it    <- last touch of the storage
//! ```
//!
//! All of that is code of this crate: no client code runs on the target after `finish()`. A client
//! whose call has ended may therefore free the storage *and* its own text. What still runs on the
//! target is code of this crate, and it returns before a grace period that starts later can end.

use kernel::{
    bindings,
    cpu::CpuId,
    prelude::*,
    types::Opaque, //
};

use crate::{
    context::{
        IrqsOff,
        TaskContext, //
    }, //
};

#[cfg_attr(not(crosscall_upstream), path = "call/end_module.rs")]
mod end;
#[cfg_attr(not(crosscall_upstream), path = "call/kept_module.rs")]
mod kept;
mod of_many;
mod spins;
mod state;
mod wait;

use kept::{
    Kept,
    Reap, //
};
use spins::Spins;
use state::{
    AfterDetach,
    AfterRun,
    State, //
};

/// What a call does, by the type of its callback.
#[cfg_attr(not(crosscall_upstream), repr(C))]
pub(crate) struct Vtable {
    /// First, see [`Code`](crate::host::Code): the address of `run`, or of a callback that is gone.
    #[cfg(not(crosscall_upstream))]
    pub(crate) callback: *const kernel::ffi::c_void,
    /// Runs the callback and stores its result.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the call is in flight, that it is not handed over before this
    /// returns, and that its storage is of the vtable's type.
    pub(crate) run: unsafe fn(*const RawCall, &IrqsOff),
    /// Drops the result, if [`RawCall::has_run`], and the call; the caller owns both.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the call is not in flight, that no token for it exists, and that
    /// its storage is of the vtable's type. The caller must not use the call after this: its
    /// storage may be gone.
    pub(crate) reap: unsafe fn(*const RawCall),
    /// Names the callback in reports, which are made under a raw spinlock:
    /// [`core::any::type_name`], in the client's text.
    #[cfg(not(crosscall_upstream))]
    pub(crate) name: fn() -> &'static str,
}

/// What the end of a call uses: the completion of a holder that sleeps, or, if there is no token,
/// what the reaper has of the call. A call that is given to the reaper has no holder, and nothing
/// else has it.
// First in a call: the reaper gives back a pointer to it.
#[repr(C)]
union Place {
    /// Where the holder sleeps, on its stack. Written before `state.announce()`, and read only if
    /// `state.finish()` has seen that.
    sleeper: *mut bindings::completion,
    reap: Reap,
}

/// A call without its callback's type, and without what carries it.
#[pin_data]
#[repr(C)]
pub(crate) struct RawCall {
    #[pin]
    place: Opaque<Place>,
    pub(crate) kept: Kept<Vtable>,
    state: State,
    spins: Spins,
}

// SAFETY: The C parts may be used from any CPU. What the callback captures is not part of it.
unsafe impl Send for RawCall {}
// SAFETY: Methods that take `&self` use atomics, or C functions that lock; the other methods are
// unsafe and require the token. The one waiter writes to `sleeper`, and the state word orders the
// read after that. `spins` belongs to the one holder of the `InFlight`.
unsafe impl Sync for RawCall {}

impl RawCall {
    /// Initialises a call at `slot`.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `slot` is valid for writes, and that the call does not move
    /// until it is dropped.
    #[inline]
    pub(crate) unsafe fn init_at(slot: *mut Self, vtable: &'static Vtable) {
        // SAFETY: The caller promises that `slot` is valid for writes.
        unsafe {
            slot.write(Self {
                place: Opaque::new(Place {
                    sleeper: core::ptr::null_mut(),
                }),
                kept: Kept::new(vtable),
                state: State::new(),
                spins: Spins::new(),
            })
        };
    }

    /// Puts the call in flight, to `cpu`.
    #[inline]
    pub(crate) fn start(&self, cpu: CpuId) {
        self.kept.queued(cpu);
        self.state.start();
    }

    /// Makes the call idle again after it was refused.
    pub(crate) fn cancel(&self) {
        self.state.cancel();
    }

    /// Ends the call: gives the storage to its next owner.
    ///
    /// # Safety
    ///
    /// The caller must ensure that all callbacks of the call have returned, that this is called
    /// once for each call, and that the storage is valid until this hands it over. After this the
    /// caller must not use the storage, unless it has the token. `call` must be a pointer by which
    /// all of the call's storage may be used.
    #[inline]
    pub(crate) unsafe fn hand_over(call: *const Self) {
        // SAFETY: The storage is valid until `finish()`. After that it belongs to the holder of the
        // token, if that does not sleep. One that sleeps is in `sleep()` until `complete()` lets go
        // of the lock of the completion on its stack; till then it keeps the storage, and the
        // pointer that it wrote before it announced itself. If there is no token the call is ours
        // until the reaper knows of it. Litmus test: call-complete.
        unsafe {
            match (*call).state.finish() {
                AfterRun::TokenHolder => (),
                AfterRun::Sleeper => Self::wake(call),
                AfterRun::Reaper => Self::give_to_reaper(call),
            }
        }
    }

    /// Wakes the holder of the token.
    ///
    /// # Safety
    ///
    /// The caller must be the one CPU that knows from an operation on a state word that the holder
    /// has announced itself, and sleeps until this. It must not use the storage after this, unless
    /// something else says that the holder keeps it.
    #[cold]
    #[inline(never)]
    pub(crate) unsafe fn wake(call: *const Self) {
        // SAFETY: The caller promises that the holder has announced itself: it has written the
        // pointer, and stays in `sleep()`, where the completion is, until this has completed it.
        unsafe { bindings::complete((*(*call).place.get()).sleeper) };
    }

    /// Takes note that the caller has waited and owns the storage again.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and a wait of its must just have
    /// succeeded.
    #[inline]
    pub(crate) unsafe fn take_back(&self) {
        self.state.take_back();
    }

    /// Waits, and [takes the storage back](Self::take_back). One function of the crate, for the
    /// generic code of clients, into which nothing can be inlined.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    #[inline(never)]
    pub(crate) unsafe fn wait_and_take_back(&self, task: &TaskContext) {
        // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
        // The wait succeeds.
        unsafe {
            self.wait(task);
            self.take_back();
        }
    }

    /// Like [`Self::wait_and_take_back`], without waiting; returns whether the call has ended.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    #[inline(never)]
    pub(crate) unsafe fn try_take_back(&self) -> bool {
        // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
        unsafe {
            let has_ended = self.try_wait();
            if has_ended {
                self.take_back();
            }
            has_ended
        }
    }

    /// Gives the call up: after it has ended the reaper drops what it owns.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of `call`, must not have waited with success yet,
    /// and must not use the token or the call after this. `call` must be a pointer by which all of
    /// the call's storage may be used.
    pub(crate) unsafe fn detach(call: *const Self) {
        // SAFETY: The token keeps the storage until `detach()`. After that the call is ours if the
        // callback has ended, since the token ends here.
        unsafe {
            if (*call).state.detach() == AfterDetach::TokenHolder {
                // Dropping may be illegal in this context, and could recurse without bound.
                Self::give_to_reaper(call);
            }
        }
    }

    /// Whether the callback has left a result, for the reaper.
    pub(crate) fn has_run(&self) -> bool {
        self.state.has_run()
    }

    /// Makes the call idle again: it has been given up, but its object may be shared.
    ///
    /// # Safety
    ///
    /// The caller must be the reaper, before it drops the object.
    pub(crate) unsafe fn forget(&self) {
        self.state.take_back();
    }

    /// Whether a token owns the storage and the call is not in flight. A snapshot, but for the
    /// owner of the token, or of a scope that had it last.
    pub(crate) fn is_idle(&self) -> bool {
        self.state.is_idle()
    }

    /// Whether the callback or the wake of the holder has yet to end, or the reaper has yet to run.
    pub(crate) fn is_pending(&self) -> bool {
        self.state.is_pending()
    }

    /// The CPU of the current or last call.
    pub(crate) fn cpu(&self) -> u32 {
        self.kept.cpu()
    }
}
