// SPDX-License-Identifier: GPL-2.0

//! What ends a call in a loadable crate, whose callbacks may go away: `end.rs` in a kernel tree.

use kernel::{
    bindings,
    ffi::c_void,
    sync::{
        atomic::ordering,
        rcu, //
    },
    types::Opaque,
    warn_on, //
};

use super::{
    RawCall,
    Vtable, //
};
use crate::{
    context::{
        irqs_disabled,
        Callee,
        IrqsOff,
        TaskContext, //
    },
    helpers,
    host::{
        self,
        Code,
        ModuleKept,
        GONE, //
    },
    jiffies::{
        jiffies,
        recent, //
    },
    limit::Limit,
    nmi,
    stall::{
        Phase,
        Stall, //
    },
};

// SAFETY: Nothing changes, and the address is not dereferenced.
unsafe impl Sync for Vtable {}

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

impl RawCall {
    /// Gives the call to the module that the vtable is of.
    ///
    /// # Safety
    ///
    /// The caller must own the call, which has no token and is not in the registry. The vtable must
    /// be of its storage's type.
    pub(crate) unsafe fn adopt(&self, vtable: &'static Vtable) {
        self.kept.origin.set(vtable);
        self.kept.class.reset(vtable);
    }

    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// The caller must ensure that interrupts are off, and that `call` points to a [`RawCall`] that
    /// is in flight and is not handed over before this returns.
    #[inline]
    pub(crate) unsafe fn run(call: *const Self) {
        if cfg!(debug_assertions) {
            warn_on!(!irqs_disabled());
        }
        // SAFETY: The caller promises that interrupts are off and that the call is in flight until
        // this returns, so that it is valid and its module is not gone. What the callback captures
        // and returns is `Send`: none of it relies on a guard.
        unsafe {
            IrqsOff::lend(
                move || (*call).callee(),
                move |cx| ((*call).kept.origin.vtable().run)(call, cx),
            )
        };
    }

    /// # Safety
    ///
    /// The caller must ensure what [`Self::run`] requires of it.
    unsafe extern "C" fn run_for_c(call: *mut c_void) {
        // SAFETY: The caller promises what `run()` requires.
        unsafe { Self::run(call.cast::<Self>().cast_const()) };
    }

    /// Runs the callback of a call that was queued, while holding the map that a wait takes.
    ///
    /// # Safety
    ///
    /// The caller must ensure that interrupts are off, and that `call` is in flight and is not
    /// handed over before this returns, as for [`Self::run`].
    pub(crate) unsafe fn run_queued(call: *const Self) {
        // SAFETY: The caller promises that interrupts are off and that the call is in flight until
        // this returns, which is what `run()` requires; hence it is also valid.
        unsafe {
            (*call)
                .kept
                .class
                .run(Self::run_for_c, call.cast_mut().cast())
        };
    }

    /// # Safety
    ///
    /// The caller must own the call, which has no token, and must not use it after this. `call`
    /// must be a pointer by which all of the call's storage may be used.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn give_to_reaper(call: *const Self) {
        // SAFETY: The caller owns the call, so that its node is valid until the reaper gets it, and
        // in no list: a call is given to the reaper once. (A reference to the call would still be
        // there when its memory goes.)
        unsafe {
            let code = (*call).kept.origin.code();
            let reap = &raw mut (*Opaque::cast_into(&raw const (*call).place)).reap;
            helpers::rust_helper_call_reap(reap, code);
        }
    }

    /// Counts a wait for the call that has timed out.
    pub(crate) fn timed_out(&self) {
        // SAFETY: The call was queued, so that its CPU is possible: only an `InFlight` is waited
        // for.
        unsafe { host::stalled(self.cpu()) };
    }

    /// In an NMI, where nothing may be freed: leaves a call that is not in flight to the reaper,
    /// and returns true. In any other context it does nothing.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `Idle` of `call`, whose object must be `'static`, and must
    /// give the token up if this returns true. `call` must be a pointer by which all of the call's
    /// storage may be used.
    pub(crate) unsafe fn abandon_in_nmi(call: *const Self) -> bool {
        if !nmi::is_here() {
            return false;
        }
        // SAFETY: The call is not in flight, and the caller promises that the `Idle` which ends
        // here is the only token.
        unsafe {
            // For reports: the call waits for the reaper from now on.
            (*call).kept.queued_at.store(recent(), ordering::Relaxed);
            (*call).state.abandon();
            Self::give_to_reaper(call);
        }
        true
    }

    /// Drops what the call owns.
    ///
    /// # Safety
    ///
    /// The caller must be the reaper, in process context, with a call that was given to it and that
    /// it reaps once.
    unsafe fn reap(call: *const Self) {
        // SAFETY: The caller promises that the call was given to the reaper: it is valid, not in
        // flight, and has no token. The call's module waits for the reaper, so that its vtable is
        // there.
        unsafe { ((*call).kept.origin.vtable().reap)(call) };
    }

    /// The callback's address, which identifies its module.
    pub(crate) fn callback(&self) -> *const c_void {
        self.kept.origin.callback()
    }

    /// Forgets the callback, because its module goes; see `origin.rs`.
    pub(crate) fn disown(&self) {
        self.kept.origin.disown();
        self.kept.class.reset(Vtable::gone());
    }

    /// Whether the callback's module is gone, so that no code can drop what the call owns; see
    /// `origin.rs`.
    pub(crate) fn is_gone(&self) -> bool {
        self.kept.origin.is_gone()
    }

    /// Keeps the callback's module while what the call owns is dropped; `None` if it is gone.
    pub(crate) fn keep_module(&self) -> Option<ModuleKept> {
        self.kept.origin.keep_module()
    }

    /// Names the callback in reports.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the call is in flight, or that the reaper has it, as long as the
    /// name is used.
    #[inline]
    unsafe fn callee(&self) -> Callee {
        Callee {
            // SAFETY: The caller promises that the call is in flight, or that the reaper has it;
            // the module of the callback waits for both.
            name: (unsafe { self.kept.origin.vtable() }.name)(),
            callback: self.callback(),
        }
    }

    /// Describes the call. `place` says where it is, and whether the callback has started there.
    pub(crate) fn stall_with(&self, place: impl FnOnce() -> (u32, bool)) -> Stall {
        // First: the call may be queued again meanwhile.
        //
        // ORDERING: none needed, `Stall::since()` makes a negative age 0. Litmus test:
        // deferred-age.
        let queued_at = self.kept.queued_at.load(ordering::Relaxed);
        let (cpu, started) = place();
        // The caller may be another module, which has kept a token.
        let section = rcu::read_lock();
        let name = (self.kept.origin.read(&section).name)();
        Stall::since(queued_at, cpu, started, name)
    }

    /// Like [`Self::stall_with`], for the registry. `started` says whether the callback has
    /// started.
    pub(crate) fn stall(&self, started: impl FnOnce() -> bool) -> Stall {
        let stall = self.stall_with(|| (self.cpu(), started()));
        if self.state.is_dead() {
            return stall.in_phase(Phase::Ended);
        }
        stall
    }
}

// Waits.
impl RawCall {
    /// Reports a caller that must not wait, also if there is nothing to wait for.
    #[inline]
    pub(crate) fn check_wait(&self, task: &TaskContext) {
        self.kept.class.wait();
        if cfg!(CONFIG_DEBUG_ATOMIC_SLEEP) {
            task.may_sleep();
        }
    }

    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn wait_longer(&self, task: &TaskContext, limit: Limit) -> bool {
        if task.may_sleep() {
            // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far,
            // and may sleep.
            return unsafe { self.spin(|| self.state.has_ended()) || self.sleep(limit) };
        }
        let since = jiffies();
        while !self.state.has_ended() {
            if limit.is_reached(since, task) {
                return false;
            }
            core::hint::spin_loop();
        }
        true
    }

    /// Like [`Self::wait`], for `timeout` jiffies at most. Returns whether the call has ended.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    pub(crate) unsafe fn wait_at_most(&self, task: &TaskContext, timeout: usize) -> bool {
        // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
        unsafe { self.wait_within(task, Limit::Timeout(timeout)) }
    }

    /// Like [`Self::wait`], without the sleep. Returns whether the call has ended.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    #[inline]
    pub(crate) unsafe fn ends_soon(&self, task: &TaskContext) -> bool {
        self.check_wait(task);
        // SAFETY: The caller promises to hold the `InFlight`.
        self.state.has_ended() || unsafe { self.ends_while_spinning(task) }
    }

    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call.
    #[cold]
    #[inline(never)]
    unsafe fn ends_while_spinning(&self, task: &TaskContext) -> bool {
        // SAFETY: The caller promises to hold the `InFlight`.
        task.may_sleep() && unsafe { self.spin(|| self.state.has_ended()) }
    }
}

/// Called by `reap_calls()` in `rust/helpers/reaper.c`, in process context.
///
/// # Safety
///
/// The caller must be the reaper, with `reaped` of its client, and with a `reap` that
/// [`RawCall::give_to_reaper`] gave to it, once for each time.
#[no_mangle]
unsafe extern "C" fn rust_call_reap_one(reap: *mut bindings::llist_node, reaped: *mut c_void) {
    // The node is the first field.
    let call = reap.cast::<RawCall>().cast_const();
    // SAFETY: The caller promises that the call was given to the reaper: it is valid, and the
    // reaper has it, until it is reaped, below.
    let callee = unsafe { (*call).callee() };
    // SAFETY: The caller promises to be the reaper, in process context, and that the call was given
    // to it and is reaped once. What is dropped is `Send`: none of it relies on a guard. `reaped`
    // is the client's.
    unsafe { host::drop_payload(reaped, callee, || RawCall::reap(call)) };
}
