// SPDX-License-Identifier: GPL-2.0

//! The works that are registered, one for each bit.

use core::ptr::{
    self,
    NonNull, //
};
use kernel::{
    bindings,
    cpu::CpuId,
    ffi::c_void,
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
};

use super::{
    percpu::PerCpu,
    state::SLOTS,
    Policy, //
};
use crate::{
    context::IrqsOff,
    gate::Gate,
    helpers,
    lock_class::CallbackClass,
    stats, //
};

kernel::sync::global_lock! {
    // SAFETY: Initialised in `Hook::new()`, before anything can be registered.
    pub(super) unsafe(uninit) static REGISTER: Mutex<()> = ();
}

/// Written under [`REGISTER`]. A bit of a slot is set only while a work is in it, and `release()`
/// waits for whoever has taken one.
static WORKS: [Atomic<*const Header>; SLOTS] = [const { Atomic::new(ptr::null()) }; SLOTS];

/// The slot of a work that is registered no more.
const NO_SLOT: u32 = SLOTS as u32;

/// Runs the callback of a header.
pub(super) type Run = unsafe fn(*const Header, &IrqsOff);

/// The part of a work that does not depend on the callback's type.
pub(super) struct Header {
    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// The header is that of a work of the right type, which is registered.
    pub(super) run: Run,
    pub(super) policy: Policy,
    /// Where it is registered, or [`NO_SLOT`]. Written under [`REGISTER`], before and after.
    slot: Atomic<u32>,
    /// Names the callback in reports.
    pub(super) name: &'static str,
    pub(super) class: CallbackClass,
}

impl Header {
    pub(super) fn new(run: &'static Run, policy: Policy, name: &'static str) -> Self {
        Self {
            run: *run,
            policy,
            slot: Atomic::new(NO_SLOT),
            name,
            class: CallbackClass::new(run),
        }
    }

    /// The code of the callback, which says whose it is.
    pub(super) fn callback(&self) -> *const c_void {
        self.run as *const c_void
    }

    pub(super) fn slot(&self) -> usize {
        self.slot.load(ordering::Relaxed) as usize
    }

    /// Its bit; none if it is registered no more.
    ///
    /// Within the gate the bit is the work's own: a work that others can still reach is
    /// unregistered only when its gate is closed, see `release_all_of()`.
    pub(super) fn bit(&self) -> u64 {
        1u64.checked_shl(self.slot() as u32).unwrap_or(0)
    }

    /// Registers the work. Process context.
    ///
    /// # Errors
    ///
    /// `ENOSPC`: all slots are in use. `ESHUTDOWN`: the module of the callback is going.
    ///
    /// # Safety
    ///
    /// `this` is the header of a work of the type of its callback, and may be used for all of it.
    /// [`Self::release`] is called before it moves or its memory goes, unless that never happens.
    pub(super) unsafe fn register(this: *const Self) -> Result {
        // SAFETY: By the safety requirements.
        let header = unsafe { &*this };
        let _lock = REGISTER.lock();

        // Under the lock: `release_all_of()`, which comes after the gate was closed, either finds
        // the work, or has closed the gate for it.
        drop(Gate::enter(header.callback())?);
        // SAFETY: Only the address is looked at.
        unsafe { helpers::rust_helper_client_use(header.callback()) };
        for (slot, work) in (0..).zip(&WORKS) {
            if work.load(ordering::Relaxed).is_null() {
                header.slot.store(slot, ordering::Relaxed);
                // ORDERING: Release: the header is complete. Pairs with `get()`.
                work.store(this, ordering::Release);
                return Ok(());
            }
        }
        Err(ENOSPC)
    }

    /// Unregisters the work, if it is registered: revokes what is pending, waits for callbacks that
    /// run. Returns what was revoked. Process context.
    pub(super) fn release(&self, mut revoked: impl FnMut(CpuId)) -> usize {
        let mut count = 0;

        // Without the lock: this is the client's code.
        for cpu in stats::possible_cpus().filter(|&cpu| self.cancel_on(cpu)) {
            count += 1;
            revoked(cpu);
        }
        let _lock = REGISTER.lock();

        // If not, its module is going, and `release_all_of()` was here.
        if self.bit() != 0 {
            self.release_locked();
        }
        count
    }

    /// The lock is held, and nobody can queue the work any more.
    fn release_locked(&self) {
        let slot = self.slot();

        for cpu in stats::possible_cpus() {
            self.revoke_on(cpu);
        }
        // SAFETY: Process context. The handler may look at the work until this returns, which
        // waits for it, and takes out what it has armed again.
        unsafe { helpers::rust_helper_deferred_disarm(slot as u32) };
        // Who has taken a bit has interrupts off from then until the callback has returned, which
        // makes it an RCU reader. A CPU that stays in user mode holds up no grace period.
        //
        // SAFETY: Process context.
        unsafe { bindings::synchronize_rcu() };
        // A callback that sleeps is a bug, but it must not become another one: then it is no RCU
        // reader. Who had taken the bit is in a run that began before we revoked it.
        for (_, per_cpu) in PerCpu::all() {
            let run = per_cpu.state.run();
            while run & 1 != 0 && per_cpu.state.run() == run {
                // SAFETY: Process context.
                unsafe { bindings::msleep(1) };
            }
        }
        // Before the slot can be another one's.
        self.slot.store(NO_SLOT, ordering::Relaxed);
        WORKS[slot].store(ptr::null(), ordering::Relaxed);
    }
}

/// The work in a slot.
///
/// # Safety
///
/// The caller has taken a bit of it, or is its timer; it must not use the pointer after the
/// interrupts-off region in which it took the bit, or after the timer has returned.
pub(super) unsafe fn get(slot: usize) -> Option<NonNull<Header>> {
    // ORDERING: Acquire: the work is complete. Pairs with `register()`.
    //
    // It is valid by the safety requirements, see `release_locked()`.
    NonNull::new(WORKS[slot].load(ordering::Acquire).cast_mut())
}

/// Shows the registered works to `visit`. Process context.
pub(super) fn for_each(visit: impl FnMut(&Header)) {
    let _lock = REGISTER.lock();

    // SAFETY: What is in a slot is valid while the lock is held.
    let work = |work: &Atomic<*const Header>| unsafe { work.load(ordering::Relaxed).as_ref() };
    WORKS.iter().filter_map(work).for_each(visit);
}

/// Unregisters the works that `module` has left behind. Its gate is closed. Process context.
pub(super) fn release_all_of(module: *const c_void) {
    let _lock = REGISTER.lock();

    for work in &WORKS {
        // SAFETY: As in `for_each()`.
        let Some(work) = (unsafe { work.load(ordering::Relaxed).as_ref() }) else {
            continue;
        };
        // SAFETY: The caller got `module` from the module notifier.
        if unsafe { helpers::rust_helper_within_module(work.callback(), module) } {
            work.release_locked();
        }
    }
}
