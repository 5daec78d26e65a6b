// SPDX-License-Identifier: GPL-2.0

//! A call that ends once, by one callback or by the last of many: its state word, the wait for it,
//! and which side drops what it owned.
//!
//! This file does not know how the call gets to a CPU: a [csd](crate::csd) carries it, or one for
//! each CPU. What happens at the end, and what is touched last:
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
    ffi::c_void,
    prelude::*,
    sync::{
        atomic::{
            ordering,
            Atomic, //
        },
        rcu, //
    },
    types::Opaque, //
};

use crate::{
    clock::recent,
    context::{
        Callee,
        IrqsOff,
        TaskContext, //
    },
    helpers,
    host::{
        self,
        Code,
        ModuleKept,
        Origin,
        GONE, //
    },
    lock_class::CallbackClass,
    nmi,
    stall::{
        Phase,
        Stall, //
    },
};

mod spins;
mod state;
mod wait;

use spins::Spins;
use state::{
    AfterDetach,
    AfterRun,
    State, //
};

/// What a call does, by the type of its callback.
#[cfg_attr(not(crosscall_upstream), repr(C))]
pub(crate) struct Vtable {
    /// First, see [`Code`]: the address of `run`, or of a callback that is gone.
    #[cfg(not(crosscall_upstream))]
    pub(crate) callback: *const c_void,
    /// Runs the callback and stores its result.
    ///
    /// # Safety
    ///
    /// The caller must be [`RawCall::run`], with a call that is in flight and whose storage is of
    /// the vtable's type.
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

#[cfg(not(crosscall_upstream))]
// SAFETY: Nothing changes, and the address is not dereferenced.
unsafe impl Sync for Vtable {}

#[cfg(not(crosscall_upstream))]
// SAFETY: The callback is the first field, in C's order.
unsafe impl Code for Vtable {
    fn gone() -> &'static Self {
        /// It cannot be queued, and what it owns is leaked.
        static GONE_VTABLE: Vtable = Vtable {
            callback: host::GONE_CALLBACK,
            run: |_, _| (),
            reap: |_| (),
            name: || GONE,
        };
        &GONE_VTABLE
    }
}

/// What the end of a call uses: the completion of a holder that sleeps, or, if there is no token,
/// what the reaper has of the call. A call that is given to the reaper has no holder, and is in no
/// other list.
// First in a call: the reaper gives back a pointer to it.
#[repr(C)]
union Place {
    /// Where the holder sleeps, on its stack. Written before `state.announce()`, and read only if
    /// `state.finish()` has seen that.
    sleeper: *mut bindings::completion,
    #[cfg(not(crosscall_upstream))]
    reap: bindings::llist_node,
    #[cfg(crosscall_upstream)]
    reap: bindings::work_struct,
}

/// A call without its callback's type, and without what carries it.
#[pin_data]
#[repr(C)]
pub(crate) struct RawCall {
    #[pin]
    place: Opaque<Place>,
    #[cfg(not(crosscall_upstream))]
    pub(crate) origin: Origin<Vtable>,
    #[cfg(crosscall_upstream)]
    vtable: &'static Vtable,
    state: State,
    /// The CPU of the current or last call; of one to many CPUs the caller's. For reports, checks.
    cpu: Atomic<u32>,
    /// When it was queued. For reports.
    #[cfg(not(crosscall_upstream))]
    queued_at: Atomic<u32>,
    spins: Spins,
    #[cfg(not(crosscall_upstream))]
    pub(crate) class: CallbackClass,
}

// SAFETY: The C parts may be used from any CPU. What the callback captures is not part of it.
unsafe impl Send for RawCall {}
// SAFETY: Methods that take `&self` use atomics, or C functions that lock; the other methods are
// unsafe and require the token. The one waiter writes to `sleeper`, and the state word orders the
// read after that. `spins` belongs to the one holder of the `InFlight`.
unsafe impl Sync for RawCall {}

impl RawCall {
    /// Initialises a call.
    #[cfg(not(crosscall_upstream))]
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
    #[inline]
    pub(crate) unsafe fn init_at(slot: *mut Self, vtable: &'static Vtable) {
        // SAFETY: The caller promises that `slot` is valid for writes.
        unsafe {
            slot.write(Self {
                place: Opaque::new(Place {
                    sleeper: core::ptr::null_mut(),
                }),
                #[cfg(not(crosscall_upstream))]
                origin: Origin::new(vtable),
                #[cfg(crosscall_upstream)]
                vtable,
                state: State::new(),
                cpu: Atomic::new(0),
                #[cfg(not(crosscall_upstream))]
                queued_at: Atomic::new(0),
                spins: Spins::new(),
                #[cfg(not(crosscall_upstream))]
                class: CallbackClass::new(vtable),
            })
        };
    }

    /// Gives the call to the module that the vtable is of.
    ///
    /// # Safety
    ///
    /// The caller must own the call, which has no token and is not in the registry. The vtable must
    /// be of its storage's type.
    #[cfg(not(crosscall_upstream))]
    pub(crate) unsafe fn adopt(&self, vtable: &'static Vtable) {
        self.origin.set(vtable);
        self.class.reset(vtable);
    }

    /// Puts the call in flight, to `cpu`.
    #[inline]
    pub(crate) fn start(&self, cpu: CpuId) {
        self.cpu.store(cpu.as_u32(), ordering::Relaxed);
        #[cfg(not(crosscall_upstream))]
        self.queued_at.store(recent(), ordering::Relaxed);
        self.state.start();
    }

    /// Makes the call idle again after C has refused it.
    pub(crate) fn cancel(&self) {
        self.state.cancel();
    }

    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// The caller must ensure that interrupts are off, and that `call` points to a [`RawCall`] that
    /// is in flight and is not handed over before this returns.
    #[cfg(not(crosscall_upstream))]
    #[inline]
    pub(crate) unsafe fn run(call: *const Self) {
        // SAFETY: The caller promises that interrupts are off and that the call is in flight until
        // this returns, so that it is valid and its module is not gone. What the callback captures
        // and returns is `Send`: none of it relies on a guard.
        unsafe {
            IrqsOff::lend(
                move || (*call).callee(),
                move |cx| ((*call).origin.vtable().run)(call, cx),
            )
        };
    }

    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// The caller must ensure that interrupts are off, and that `call` points to a [`RawCall`] that
    /// is in flight and is not handed over before this returns.
    #[cfg(crosscall_upstream)]
    #[inline]
    pub(crate) unsafe fn run(call: *const Self) {
        // SAFETY: The caller promises that interrupts are off and stay off until this returns, and
        // that the call is in flight until then, so that it is valid.
        unsafe { ((*call).vtable.run)(call, IrqsOff::assume_disabled()) };
    }

    /// # Safety
    ///
    /// The caller must ensure what [`Self::run`] requires of it.
    #[cfg(not(crosscall_upstream))]
    unsafe extern "C" fn run_for_c(call: *mut c_void) {
        // SAFETY: The caller promises what `run()` requires.
        unsafe { Self::run(call.cast::<Self>().cast_const()) };
    }

    /// Runs the callback while holding the map that a wait takes.
    ///
    /// # Safety
    ///
    /// The caller must ensure that interrupts are off, and that `call` is in flight and is not
    /// handed over before this returns, as for [`Self::run`].
    #[cfg(not(crosscall_upstream))]
    pub(crate) unsafe fn run_with_lockdep(call: *const Self) {
        // SAFETY: The caller promises that interrupts are off and that the call is in flight until
        // this returns, which is what `run()` requires; hence it is also valid.
        unsafe { (*call).class.run(Self::run_for_c, call.cast_mut().cast()) };
    }

    /// Ends the call: gives the storage to its next owner.
    ///
    /// # Safety
    ///
    /// The caller must ensure that all callbacks of the call have returned, that this is called
    /// once for each call, and that the storage is valid until this hands it over. After this the
    /// caller must not use the storage, unless it has the token.
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
                AfterRun::Reaper => (*call).give_to_reaper(),
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

    /// # Safety
    ///
    /// The caller must own the call, which has no token, and must not use it after this.
    #[cfg(not(crosscall_upstream))]
    #[cold]
    #[inline(never)]
    unsafe fn give_to_reaper(&self) {
        // SAFETY: The caller owns the call, so that its node is valid until the reaper gets it, and
        // in no list: a call is given to the reaper once.
        unsafe {
            let reap = &raw mut (*self.place.get()).reap;
            helpers::rust_helper_call_reap(reap, self.callback());
        }
    }

    /// Leaves what the call owns to a workqueue, which drops it.
    ///
    /// # Safety
    ///
    /// The caller must own the call, which has no token, and must not use it after this.
    #[cfg(crosscall_upstream)]
    #[cold]
    #[inline(never)]
    unsafe fn give_to_reaper(&self) {
        // SAFETY: The caller owns the call, so that the work is valid until `reap_one()` gets it,
        // and in no queue: a call is given to the reaper once.
        unsafe {
            let work = &raw mut (*self.place.get()).reap;
            bindings::init_work_with_key(
                work,
                Some(Self::reap_one),
                false,
                c"csd".as_char_ptr(),
                kernel::sync::static_lock_class!().as_ptr(),
            );
            bindings::queue_work_on(
                bindings::wq_misc_consts_WORK_CPU_UNBOUND as kernel::ffi::c_int,
                bindings::system_dfl_wq,
                work,
            );
        }
    }

    /// Drops what the call owns. Process context.
    ///
    /// # Safety
    ///
    /// The caller must be the workqueue, with a `work` that [`Self::give_to_reaper`] queued.
    #[cfg(crosscall_upstream)]
    unsafe extern "C" fn reap_one(work: *mut bindings::work_struct) {
        // The work is in the first field.
        let call = work.cast::<Self>().cast_const();
        // SAFETY: The caller promises that the call was given to the reaper: it is valid, not in
        // flight, and has no token. The workqueue does not use a work that it runs.
        unsafe { ((*call).vtable.reap)(call) };
    }

    /// Counts a wait for the call that has timed out.
    #[cfg(not(crosscall_upstream))]
    pub(crate) fn timed_out(&self) {
        // SAFETY: The call was queued, so that its CPU is possible: only an `InFlight` is waited
        // for.
        unsafe { host::stalled(self.cpu.load(ordering::Relaxed)) };
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
    /// The caller must hold the one `InFlight` of this call, must not have waited with success yet,
    /// and must not use the token or the call after this.
    pub(crate) unsafe fn detach(&self) {
        if self.state.detach() == AfterDetach::TokenHolder {
            // Dropping may be illegal in this context, and could recurse without bound.
            //
            // SAFETY: The callback has ended and the token ends here, so that the call is ours.
            unsafe { self.give_to_reaper() };
        }
    }

    /// In an NMI, where nothing may be freed: leaves a call that is not in flight to the reaper,
    /// and returns true. In any other context it does nothing.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `Idle` of this call, whose object must be `'static`, and must
    /// give the token up if this returns true.
    #[cfg(not(crosscall_upstream))]
    pub(crate) unsafe fn abandon_in_nmi(&self) -> bool {
        if !nmi::is_here() {
            return false;
        }
        // For reports: the call waits for the reaper from now on.
        self.queued_at.store(recent(), ordering::Relaxed);
        self.state.abandon();
        // SAFETY: The call is not in flight, and the caller promises that the `Idle` which ends
        // here is the only token.
        unsafe { self.give_to_reaper() };
        true
    }

    /// Drops what the call owns.
    ///
    /// # Safety
    ///
    /// The caller must be the reaper, in process context, with a call that was given to it and that
    /// it reaps once.
    #[cfg(not(crosscall_upstream))]
    unsafe fn reap(call: *const Self) {
        // SAFETY: The caller promises that the call was given to the reaper: it is valid, not in
        // flight, and has no token. The call's module waits for the reaper, so that its vtable is
        // there.
        unsafe { ((*call).origin.vtable().reap)(call) };
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

    /// Whether a token owns the storage and the call is not in flight. A snapshot.
    pub(crate) fn is_idle(&self) -> bool {
        self.state.is_idle()
    }

    /// Whether the callback has yet to return, or the reaper has yet to run.
    pub(crate) fn is_pending(&self) -> bool {
        self.state.is_pending()
    }

    /// The callback's address, which identifies its module.
    #[cfg(not(crosscall_upstream))]
    pub(crate) fn callback(&self) -> *const c_void {
        self.origin.callback()
    }

    /// Forgets the callback, because its module goes; see `origin.rs`.
    #[cfg(not(crosscall_upstream))]
    pub(crate) fn disown(&self) {
        self.origin.disown();
        self.class.reset(Vtable::gone());
    }

    /// Whether the callback's module is gone, so that no code can drop what the call owns; see
    /// `origin.rs`.
    #[cfg(not(crosscall_upstream))]
    pub(crate) fn is_gone(&self) -> bool {
        self.origin.is_gone()
    }

    /// Keeps the callback's module while what the call owns is dropped; `None` if it is gone.
    #[cfg(not(crosscall_upstream))]
    pub(crate) fn keep_module(&self) -> Option<ModuleKept> {
        self.origin.keep_module()
    }

    /// The CPU of the current or last call.
    pub(crate) fn cpu(&self) -> u32 {
        self.cpu.load(ordering::Relaxed)
    }

    /// Names the callback in reports.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the call is in flight, or that the reaper has it, as long as the
    /// name is used.
    #[cfg(not(crosscall_upstream))]
    #[inline]
    unsafe fn callee(&self) -> Callee {
        Callee {
            // SAFETY: The caller promises that the call is in flight, or that the reaper has it;
            // the module of the callback waits for both.
            name: (unsafe { self.origin.vtable() }.name)(),
            callback: self.callback(),
        }
    }

    /// Describes the call. `place` says where it is, and whether the callback has started there.
    #[cfg(not(crosscall_upstream))]
    pub(crate) fn stall_with(&self, place: impl FnOnce() -> (u32, bool)) -> Stall {
        // First: the call may be queued again meanwhile.
        let queued_at = self.queued_at.load(ordering::Acquire);
        let (cpu, started) = place();
        // The caller may be another module, which has kept a token.
        let section = rcu::read_lock();
        let name = (self.origin.read(&section).name)();
        Stall::since(queued_at, cpu, started, name)
    }

    /// Like [`Self::stall_with`], for the registry. `started` says whether the callback has
    /// started.
    #[cfg(not(crosscall_upstream))]
    pub(crate) fn stall(&self, started: impl FnOnce() -> bool) -> Stall {
        let stall = self.stall_with(|| (self.cpu(), started()));
        if self.state.is_dead() {
            return stall.in_phase(Phase::Ended);
        }
        stall
    }
}

/// Called by `reap_calls()` in `rust/helpers/reaper.c`, in process context.
///
/// # Safety
///
/// The caller must be the reaper, with a `reap` that [`RawCall::give_to_reaper`] gave to it, once
/// for each time.
#[cfg(not(crosscall_upstream))]
#[no_mangle]
unsafe extern "C" fn rust_call_reap_one(reap: *mut bindings::llist_node) {
    // The node is the first field.
    let call = reap.cast::<RawCall>().cast_const();
    // SAFETY: The caller promises that the call was given to the reaper: it is valid, and the
    // reaper has it, until it is reaped, below.
    let callee = unsafe { (*call).callee() };
    // SAFETY: The caller promises to be the reaper, in process context, and that the call was given
    // to it and is reaped once. What is dropped is `Send`: none of it relies on a guard.
    unsafe { host::drop_payload(callee, || RawCall::reap(call)) };
}
