// SPDX-License-Identifier: GPL-2.0

//! The part of a call that does not depend on its callback's type: the C csd, the state word, the
//! completion.
//!
//! What happens to a call, and what is touched last:
//!
//! ```text
//!   queue()        start() -> smp_call_function_single_async() --.
//!                                                                | IPI, or inline on the own CPU
//!   trampoline()   csd is unlocked already -> vtable.run() <-----'
//!                  finish() -> Waiter:  complete()   <- last touch of the storage
//!                           -> Reaper:  llist_add()  <- last touch of the storage
//! ```
//!
//! The trampoline is code of this crate, and nothing of the client runs on the target after
//! `finish()`. A client whose call has ended may therefore free the storage *and* its own text:
//! what still runs on the target is this module's, and it is over before a grace period is.

use core::ptr;
use kernel::{
    bindings,
    cpu::CpuId,
    error::{
        to_result,
        Result, //
    },
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
    types::Opaque,
    warn_on, //
};

use super::{
    state::{
        AfterDetach,
        State, //
    },
    trampoline::trampoline,
};
use crate::{
    clock::jiffies,
    context::{
        irqs_disabled, //
        Callee,
        IrqsOff,
        TaskContext,
    },
    helpers,
    host::{
        self,
        Entry,
        Origin,
        Registered, //
        GONE,
    },
    lock_class::CallbackClass,
    nmi,
    stall::{
        Phase,
        Stall, //
    },
};

/// What a call does, by the type of its callback.
pub(crate) struct Vtable {
    /// Runs the callback and stores its result.
    ///
    /// # Safety
    ///
    /// Only for the trampoline: the call is in flight, and its storage is of the vtable's type.
    pub(crate) run: unsafe fn(*const RawCsd, &IrqsOff),
    /// Drops the result, if [`RawCsd::has_run`], and the call, both owned by the caller from here
    /// on.
    ///
    /// # Safety
    ///
    /// The call is not in flight, no token for it exists, and its storage is of the vtable's type.
    pub(crate) reap: unsafe fn(*const RawCsd),
}

/// Of a call whose module is gone: it cannot be queued, and what it owns is leaked.
static GONE_VTABLE: Vtable = Vtable {
    run: |_, _| (),
    reap: |_| (),
};

/// A call without its callback's type.
///
/// Also what is one in a call to [many](crate::calls::many) CPUs: there each CPU has a csd of its own, and
/// this one is never queued.
///
/// # Invariants
///
/// - `csd` is initialised, its function is [`trampoline`] and its argument is the address of
///   `self`, whenever `state` is not idle.
/// - `entry` is not in the registry after the drop.
#[pin_data(PinnedDrop)]
// `call_single_data_t` asks for the alignment of its size on 64 bit, which bindgen does not see.
#[repr(C, align(32))]
pub(crate) struct RawCsd {
    #[pin]
    pub(super) csd: Opaque<bindings::call_single_data_t>,
    pub(crate) origin: Origin<Vtable>,
    /// Names the callback in reports. A string, because reports are made under a raw spinlock.
    name: &'static str,
    pub(super) state: State,
    /// The CPU of the current or last call; of one to [many](crate::calls::many) CPUs the caller's.
    cpu: Atomic<u32>,
    /// Whether that was the caller's own CPU: written before `trampoline` can run.
    pub(super) inline: Atomic<bool>,
    /// Whether the callback has started. For reports.
    pub(super) started: Atomic<bool>,
    /// `jiffies` at queueing. For reports.
    queued_at: Atomic<usize>,
    #[pin]
    pub(super) done: Opaque<bindings::completion>,
    pub(crate) class: CallbackClass,
    entry: Entry,
}

// SAFETY: The C parts may be used from any CPU. What the callback captures is not part of it.
unsafe impl Send for RawCsd {}
// SAFETY: Methods that take `&self` use atomics, or C functions that lock; the others are unsafe
// and ask for the token.
unsafe impl Sync for RawCsd {}

impl RawCsd {
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
    pub(super) unsafe fn init_at(slot: *mut Self, vtable: &'static Vtable, name: &'static str) {
        // SAFETY: By the safety requirements. The csd is what `INIT_CSD()` makes it.
        //
        // INVARIANT: The function is the trampoline and the argument is `slot`; both are written
        // here only, never while the csd may be locked. The call is not in the registry.
        unsafe {
            slot.write(Self {
                csd: Opaque::new(bindings::call_single_data_t {
                    func: Some(trampoline),
                    info: slot.cast(),
                    ..Default::default()
                }),
                origin: Origin::new(vtable, vtable.run as *const c_void),
                name,
                state: State::new(),
                cpu: Atomic::new(0),
                inline: Atomic::new(false),
                started: Atomic::new(false),
                queued_at: Atomic::new(0),
                done: Opaque::uninit(),
                class: CallbackClass::new(vtable),
                entry: Entry::new::<Self>(),
            });
            bindings::init_completion((*slot).done.get());
        }
    }

    /// Enters the call into the registry, if it is not there.
    ///
    /// # Safety
    ///
    /// `self` is dropped before its memory goes.
    pub(super) unsafe fn register(&self) {
        // SAFETY: `drop()` takes it out.
        unsafe { self.entry.add(self.callback()) };
    }

    /// The same for a call in a scope, which has its owner's stack. In an NMI, where it can
    /// neither be queued nor leave the registry, it does not enter.
    ///
    /// # Safety
    ///
    /// As [`Self::register`], and the drop is in the same context.
    pub(super) unsafe fn register_scoped(&self) {
        // SAFETY: `drop()` takes it out. `queue()` refuses NMIs.
        unsafe { self.entry.add_unless_nmi(self.callback()) };
    }

    /// Queues the call on `cpu`.
    ///
    /// # Errors
    ///
    /// `ENXIO`: the CPU is offline. `EBUSY`: the csd is in use, which would be a bug of this
    /// crate. `EPERM`: this is an NMI. `ESHUTDOWN`: the module that the callback belongs to is
    /// being unloaded. After an error the call is idle as before.
    ///
    /// # Context
    ///
    /// Any. On `cpu` itself the callback runs before this returns.
    ///
    /// # Safety
    ///
    /// The caller has the sole right to queue (`Idle`), and the storage remains valid and pinned
    /// until the call has ended.
    pub(super) unsafe fn queue(&self, cpu: CpuId) -> Result {
        let csd = self.csd.get();
        self.check_idle();
        self.start(cpu);
        let run = self.origin.callback_ptr();
        // SAFETY: `csd` is initialised by the type's invariant. It is not in use: we own the only
        // right to queue, and the last call has ended. It stays valid by the safety requirements.
        let err =
            unsafe { helpers::rust_helper_csd_queue(cpu.as_u32(), csd, run, self.inline.as_ptr()) };
        // From here on, after a success, `self` is the callback's and the waiter's. The waiter is
        // the caller, so that the storage is there until we return.
        to_result(err).inspect_err(|_| self.state.cancel())
    }

    /// The call is in flight from here on, on behalf of `cpu`.
    pub(crate) fn start(&self, cpu: CpuId) {
        self.cpu.store(cpu.as_u32(), ordering::Relaxed);
        self.queued_at.store(jiffies(), ordering::Relaxed);
        self.started.store(false, ordering::Relaxed);
        self.state.start();
    }

    /// Waits until the callback has returned.
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

    /// Like [`Self::wait`], for `timeout` jiffies at most. Returns whether the callback has
    /// returned.
    ///
    /// # Safety
    ///
    /// As [`Self::wait`].
    pub(super) unsafe fn wait_timeout(&self, task: &TaskContext, timeout: usize) -> bool {
        // SAFETY: As for us.
        let done = unsafe { self.wait_at_most(task, timeout) };
        if !done {
            // SAFETY: A call that was queued was queued on a possible CPU.
            unsafe { host::stalled(self.cpu.load(ordering::Relaxed)) };
        }
        done
    }

    /// The same, and counts no stall.
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

    /// Like [`Self::wait`], without waiting. Any context; in an NMI the answer is no.
    ///
    /// # Safety
    ///
    /// As [`Self::wait`].
    pub(crate) unsafe fn try_wait(&self) -> bool {
        // SAFETY: `done` is initialised. After a success `complete()` has let go of its lock.
        unsafe { helpers::rust_helper_csd_try_wait(self.done.get()) }
    }

    /// Whether nobody can drop what the call owns; see `origin.rs`.
    pub(crate) fn is_gone(&self) -> bool {
        self.origin.is_gone()
    }

    /// Names the callback in reports.
    pub(super) fn name(&self) -> &'static str {
        if self.is_gone() {
            return GONE;
        }
        self.name
    }

    /// Describes the call. `place` says where it is, and whether the callback has started there.
    pub(crate) fn stall_with(&self, place: impl FnOnce() -> (u32, bool)) -> Stall {
        // First: the call may be queued again meanwhile.
        let queued_at = self.queued_at.load(ordering::Acquire);
        let (cpu, started) = place();
        Stall::since(queued_at, cpu, started, self.name())
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
            // SAFETY: The csd is not in use, and nobody else has the call but `complete()`, which
            // does not touch it.
            unsafe { helpers::rust_helper_csd_reap(self.csd.get(), self.callback()) };
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
        // SAFETY: The csd is not in use, and nobody else has the call.
        unsafe { helpers::rust_helper_csd_reap(self.csd.get(), self.callback()) };
        true
    }

    /// Drops what the call owns.
    ///
    /// # Safety
    ///
    /// Called by the reaper, once, in process context, with a call that was given to it.
    pub(super) unsafe fn reap(this: *const Self) {
        // SAFETY: The call is the reaper's by the safety requirements, but for `complete()`.
        unsafe {
            if (*this).state.is_left() {
                // `finish()` comes before `complete()`: let the other CPU get out of that.
                bindings::wait_for_completion((*this).done.get());
            }
            ((*this).origin.vtable().reap)(this);
        }
    }

    /// Whether there is a result, for the reaper. (Not if an `Idle` was dropped.)
    pub(super) fn has_run(&self) -> bool {
        self.state.has_run()
    }

    /// Makes the call idle again: it has been given up, but its object may be shared.
    ///
    /// # Safety
    ///
    /// Called by the reaper, before it drops the object.
    pub(super) unsafe fn forget_call(&self) {
        // SAFETY: The csd is not in use; the reaper has taken it out of its list.
        unsafe { (*self.csd.get()).node.llist.next = ptr::null_mut() };
        self.state.take_back();
    }

    /// The check that the author of the C API wished for: an unused csd is in no list. The
    /// kernel leaves `next` as it was; the trampoline clears it.
    #[inline]
    fn check_idle(&self) {
        if cfg!(debug_assertions) {
            let csd = self.csd.get();
            // SAFETY: `csd` is initialised, and nobody writes to a csd that is not in use.
            let (next, flags, func) = unsafe {
                (
                    (*csd).node.llist.next,
                    (*csd).node.__bindgen_anon_1.u_flags,
                    (*csd).func,
                )
            };
            warn_on!(!self.state.is_idle());
            warn_on!(!next.is_null());
            warn_on!(flags != 0);
            warn_on!(func.map(|f| f as usize) != Some(trampoline as usize));
        }
    }

    /// What must hold when C calls us.
    #[inline]
    pub(super) fn check_run(&self) {
        if cfg!(debug_assertions) {
            let csd = self.csd.get();
            // SAFETY: The csd is unlocked, hence ours: nobody else looks at its node.
            let flags = unsafe {
                (*csd).node.llist.next = ptr::null_mut();
                (*csd).node.__bindgen_anon_1.u_flags
            };
            warn_on!(!self.state.is_pending());
            warn_on!(flags != 0);
            warn_on!(!irqs_disabled());
            warn_on!(CpuId::current().as_u32() != self.cpu.load(ordering::Relaxed));
            // A second run of one queueing.
            warn_on!(self.started.load(ordering::Relaxed));
        }
    }

    /// Names the callback in reports.
    #[inline]
    pub(super) fn callee(&self) -> Callee {
        Callee {
            name: self.name(),
            callback: self.callback(),
        }
    }
}

// SAFETY: `entry` is there, made by `init_at()`; `drop()` removes it.
unsafe impl Registered for RawCsd {
    const ENTRY_OFFSET: usize = core::mem::offset_of!(Self, entry);

    fn is_pending(&self) -> bool {
        self.state.is_pending()
    }

    fn callback(&self) -> *const c_void {
        self.origin.callback()
    }

    fn disown(&self) {
        self.origin.disown(&GONE_VTABLE);
        self.class.reset(&GONE_VTABLE);
    }

    fn stall(&self) -> Stall {
        let stall = self.stall_with(|| {
            (
                self.cpu.load(ordering::Relaxed),
                self.started.load(ordering::Relaxed),
            )
        });
        if self.state.is_dead() {
            return stall.in_phase(Phase::Ended);
        }
        stall
    }
}

#[pinned_drop]
impl PinnedDrop for RawCsd {
    fn drop(self: Pin<&mut Self>) {
        self.entry.remove();
    }
}

/// Hands `csd` to C, and reports what has become of it. Returns 0 or an error.
///
/// # Safety
///
/// `csd` is initialised and not in use, and stays valid until its function is called. Preemption is
/// off, in the gate of `callback`.
pub(crate) unsafe fn send(
    cpu: CpuId,
    csd: *mut bindings::call_single_data_t,
    callback: *const c_void,
) -> c_int {
    // SAFETY: By the safety requirements.
    unsafe { helpers::rust_helper_csd_send(cpu.as_u32(), csd, callback) }
}
