// SPDX-License-Identifier: GPL-2.0

//! A call that ends once, by one callback or by the last of many: its state word, its completion,
//! and who drops what it owned.
//!
//! How it gets to a CPU is not known here: a [csd](crate::csd) carries it, or one for each CPU.
//! What happens at the end, and what is touched last:
//!
//! ```text
//!   hand_over()  state.finish() -> Waiter:  complete()   <- last touch of the storage
//!                               -> Reaper:  llist_add()  <- last touch of the storage
//! ```
//!
//! All of that is code of this crate, and nothing of the client runs on the target after
//! `finish()`. A client whose call has ended may therefore free the storage *and* its own text:
//! what still runs on the target is this module's, and it is over before a grace period is.

use kernel::{
    bindings,
    cpu::CpuId,
    ffi::c_void,
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
    types::Opaque, //
};

use crate::{
    clock::jiffies,
    context::{
        Callee,
        IrqsOff,
        TaskContext, //
    },
    helpers,
    host::{
        self,
        Origin,
        GONE, //
    },
    lock_class::CallbackClass,
    nmi,
    poll::Limit,
    stall::{
        Phase,
        Stall, //
    },
};

mod state;

use state::{
    AfterDetach,
    AfterRun,
    State, //
};

/// What a call does, by the type of its callback.
pub(crate) struct Vtable {
    /// Runs the callback and stores its result.
    ///
    /// # Safety
    ///
    /// Only for [`RawCall::run`]: the call is in flight, and its storage is of the vtable's type.
    pub(crate) run: unsafe fn(*const RawCall, &IrqsOff),
    /// Drops the result, if [`RawCall::has_run`], and the call, both owned by the caller from here
    /// on.
    ///
    /// # Safety
    ///
    /// The call is not in flight, no token for it exists, and its storage is of the vtable's type.
    pub(crate) reap: unsafe fn(*const RawCall),
}

/// Of a call whose module is gone: it cannot be queued, and what it owns is leaked.
static GONE_VTABLE: Vtable = Vtable {
    run: |_, _| (),
    reap: |_| (),
};

/// A call without its callback's type, and without what carries it.
#[pin_data]
#[repr(C)]
pub(crate) struct RawCall {
    // First: the reaper gives a pointer to it back. In no list but the reaper's.
    #[pin]
    reap: Opaque<bindings::llist_node>,
    pub(crate) origin: Origin<Vtable>,
    /// Names the callback in reports. A string, because reports are made under a raw spinlock.
    name: &'static str,
    state: State,
    /// The CPU of the current or last call; of one to many CPUs the caller's. For reports.
    cpu: Atomic<u32>,
    /// `jiffies` at queueing. For reports.
    queued_at: Atomic<usize>,
    #[pin]
    done: Opaque<bindings::completion>,
    pub(crate) class: CallbackClass,
}

// SAFETY: The C parts may be used from any CPU. What the callback captures is not part of it.
unsafe impl Send for RawCall {}
// SAFETY: Methods that take `&self` use atomics, or C functions that lock; the others are unsafe
// and ask for the token.
unsafe impl Sync for RawCall {}

impl RawCall {
    /// Initialises a call.
    pub(crate) fn new(vtable: &'static Vtable, name: &'static str) -> impl PinInit<Self> {
        // SAFETY: `init_at()` initialises all of `slot`, which `PinInit` keeps where it is.
        unsafe {
            pin_init::pin_init_from_closure(move |slot: *mut Self| {
                Self::init_at(slot, vtable, name);
                Ok(())
            })
        }
    }

    /// Initialises a call at `slot`.
    ///
    /// # Safety
    ///
    /// `slot` is valid for writes, and the call does not move until it is dropped.
    pub(crate) unsafe fn init_at(slot: *mut Self, vtable: &'static Vtable, name: &'static str) {
        // SAFETY: By the safety requirements.
        unsafe {
            slot.write(Self {
                reap: Opaque::zeroed(),
                origin: Origin::new(vtable, vtable.run as *const c_void),
                name,
                state: State::new(),
                cpu: Atomic::new(0),
                queued_at: Atomic::new(0),
                done: Opaque::uninit(),
                class: CallbackClass::new(vtable),
            });
            bindings::init_completion((*slot).done.get());
        }
    }

    /// The call is in flight from here on, on behalf of `cpu`.
    pub(crate) fn start(&self, cpu: CpuId) {
        self.cpu.store(cpu.as_u32(), ordering::Relaxed);
        self.queued_at.store(jiffies(), ordering::Relaxed);
        self.state.start();
    }

    /// The call is not in flight after all: C has refused it.
    pub(crate) fn cancel(&self) {
        self.state.cancel();
    }

    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// Interrupts are off. `call` is in flight, and is not handed over before this returns.
    pub(crate) unsafe extern "C" fn run(call: *mut c_void) {
        let call = call.cast::<Self>().cast_const();
        // SAFETY: By the safety requirements. What the callback captures and returns is `Send`.
        unsafe {
            IrqsOff::lend(
                || (*call).callee(),
                |cx| ((*call).origin.vtable().run)(call, cx),
            )
        };
    }

    /// Runs the callback while holding the map that a wait takes.
    ///
    /// # Safety
    ///
    /// As [`Self::run`].
    pub(crate) unsafe fn run_with_lockdep(call: *const Self) {
        // SAFETY: The call is in flight, by the safety requirements; it is what `run()` asks for.
        unsafe { (*call).class.run(Self::run, call.cast_mut().cast()) };
    }

    /// Ends the call: gives the storage to its next owner.
    ///
    /// # Safety
    ///
    /// Once in a call, after all of its callbacks have returned, and before any storage goes. The
    /// storage is gone after this, unless the caller has the token.
    pub(crate) unsafe fn hand_over(call: *const Self) {
        // SAFETY: After `finish()` the storage is valid until the one line that hands it over: a
        // waiter cannot return before `complete()` lets go of the completion's lock, and the reaper
        // does not know of the call before it is in its list.
        unsafe {
            match (*call).state.finish() {
                AfterRun::Waiter => bindings::complete((*call).done.get()),
                AfterRun::Reaper => (*call).give_to_reaper(),
            }
        }
    }

    /// # Safety
    ///
    /// The caller owns the call, which has no token, and does not use it after this.
    unsafe fn give_to_reaper(&self) {
        // SAFETY: The node is in no list: a call is given to the reaper once.
        unsafe { helpers::rust_helper_call_reap(self.reap.get(), self.callback()) };
    }

    /// Waits until the call has ended.
    ///
    /// # Safety
    ///
    /// The caller holds the one `InFlight` of this call, and has not waited with success yet.
    pub(crate) unsafe fn wait(&self, task: &TaskContext) {
        self.class.wait();
        if task.may_sleep() {
            // SAFETY: `done` is initialised. Returning means that `complete()` has let go of the
            // completion: both take its lock.
            unsafe { bindings::wait_for_completion(self.done.get()) };
        } else {
            // SAFETY: We hold the token.
            while !unsafe { self.try_wait() } {
                core::hint::spin_loop();
            }
        }
    }

    /// Like [`Self::wait`], for `timeout` jiffies at most. Returns whether the call has ended.
    ///
    /// # Safety
    ///
    /// As [`Self::wait`].
    pub(crate) unsafe fn wait_at_most(&self, task: &TaskContext, timeout: usize) -> bool {
        self.class.wait();
        if task.may_sleep() {
            // `schedule_timeout()` takes a signed number.
            let timeout = timeout.min(isize::MAX as usize);
            // SAFETY: As in `wait()`.
            unsafe { bindings::wait_for_completion_timeout(self.done.get(), timeout) != 0 }
        } else {
            // SAFETY: We hold the token.
            unsafe { self.try_wait() }
        }
    }

    /// Like [`Self::wait`], but gives up when the task gets a fatal signal. Returns whether the
    /// callback has returned.
    ///
    /// # Safety
    ///
    /// As [`Self::wait`].
    pub(crate) unsafe fn wait_killable(&self, task: &TaskContext) -> bool {
        self.class.wait();
        if task.may_sleep() {
            // SAFETY: `done` is initialised. 0 means that `complete()` has let go of its lock.
            return unsafe { bindings::wait_for_completion_killable(self.done.get()) == 0 };
        }
        // SAFETY: Our caller holds the token.
        while !unsafe { self.try_wait() } {
            if Limit::Killed.is_reached(jiffies(), task) {
                return false;
            }
            core::hint::spin_loop();
        }
        true
    }

    /// Like [`Self::wait`], without waiting. Any context; in an NMI the answer is no.
    ///
    /// # Safety
    ///
    /// As [`Self::wait`].
    pub(crate) unsafe fn try_wait(&self) -> bool {
        // SAFETY: `done` is initialised. After a success `complete()` has let go of its lock.
        unsafe { helpers::rust_helper_csd_try_wait(self.done.get()) }
    }

    /// Counts a wait for the call that has timed out.
    pub(crate) fn timed_out(&self) {
        // SAFETY: A call that was queued was queued on a possible CPU.
        unsafe { host::stalled(self.cpu.load(ordering::Relaxed)) };
    }

    /// Takes note that the caller has waited and owns the storage again.
    ///
    /// # Safety
    ///
    /// One of the waiting functions has just succeeded.
    pub(crate) unsafe fn take_back(&self) {
        self.state.take_back();
    }

    /// Gives the call up: after it has ended the reaper drops what it owns.
    ///
    /// # Safety
    ///
    /// As [`Self::wait`]; the token is gone after this.
    pub(crate) unsafe fn detach(&self) {
        if self.state.detach() == AfterDetach::TokenHolder {
            // Dropping may be illegal in this context, and could recurse without bound. Nor may we
            // wait for `complete()`, which this may be an NMI within: see `reap()`.
            //
            // SAFETY: Nobody else has the call but `complete()`, which does not touch the node.
            unsafe { self.give_to_reaper() };
        }
    }

    /// In an NMI, where nothing may be freed: leaves a call that is not in flight to the reaper,
    /// and returns true. In any other context it does nothing.
    ///
    /// # Safety
    ///
    /// The caller holds the one `Idle` of this call, which ends with a true. What it owns is
    /// `'static`.
    pub(crate) unsafe fn abandon_in_nmi(&self) -> bool {
        if !nmi::is_here() {
            return false;
        }
        // For reports: it waits for the reaper from now on.
        self.queued_at.store(jiffies(), ordering::Relaxed);
        self.state.abandon();
        // SAFETY: The call is not in flight, and nobody else has it.
        unsafe { self.give_to_reaper() };
        true
    }

    /// Drops what the call owns.
    ///
    /// # Safety
    ///
    /// Called by the reaper, once, in process context, with a call that was given to it.
    unsafe fn reap(call: *const Self) {
        // SAFETY: The call is the reaper's by the safety requirements, but for `complete()`.
        unsafe {
            if (*call).state.is_left() {
                // `finish()` comes before `complete()`: let the other CPU get out of that.
                bindings::wait_for_completion((*call).done.get());
            }
            ((*call).origin.vtable().reap)(call);
        }
    }

    /// Whether there is a result, for the reaper. (Not if an `Idle` was dropped.)
    pub(crate) fn has_run(&self) -> bool {
        self.state.has_run()
    }

    /// Makes the call idle again: it has been given up, but its object may be shared.
    ///
    /// # Safety
    ///
    /// Called by the reaper, before it drops the object.
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

    /// The callback's address, which says whose it is.
    pub(crate) fn callback(&self) -> *const c_void {
        self.origin.callback()
    }

    /// The module of the callback goes; see `origin.rs`.
    pub(crate) fn disown(&self) {
        self.origin.disown(&GONE_VTABLE);
        self.class.reset(&GONE_VTABLE);
    }

    /// Whether nobody can drop what the call owns; see `origin.rs`.
    pub(crate) fn is_gone(&self) -> bool {
        self.origin.is_gone()
    }

    /// The CPU of the current or last call.
    pub(crate) fn cpu(&self) -> u32 {
        self.cpu.load(ordering::Relaxed)
    }

    /// Names the callback in reports.
    pub(crate) fn name(&self) -> &'static str {
        if self.is_gone() {
            return GONE;
        }
        self.name
    }

    /// Names the callback in reports.
    #[inline]
    pub(crate) fn callee(&self) -> Callee {
        Callee {
            name: self.name(),
            callback: self.callback(),
        }
    }

    /// Describes the call. `place` says where it is, and whether the callback has started there.
    pub(crate) fn stall_with(&self, place: impl FnOnce() -> (u32, bool)) -> Stall {
        // First: the call may be queued again meanwhile.
        let queued_at = self.queued_at.load(ordering::Acquire);
        let (cpu, started) = place();
        Stall::since(queued_at, cpu, started, self.name())
    }

    /// The same for the registry. `started` says whether the callback has started.
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
/// `reap` is what [`RawCall::give_to_reaper`] gave to the reaper.
#[no_mangle]
unsafe extern "C" fn rust_call_reap_one(reap: *mut bindings::llist_node) {
    // The node is the first field.
    let call = reap.cast::<RawCall>().cast_const();
    // SAFETY: The call is there until it is reaped.
    let callee = unsafe { (*call).callee() };
    // SAFETY: We are the reaper, and it was given to us. What is dropped is `Send`.
    unsafe { host::drop_payload(callee, || RawCall::reap(call)) };
}
