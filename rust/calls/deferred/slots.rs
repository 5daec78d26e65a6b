// SPDX-License-Identifier: GPL-2.0

//! The works that are registered, each in a slot of a [`Group`].

use core::ptr;
use kernel::{
    alloc::Flags,
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
    group::{
        Group,
        Header,
        Run, //
    },
    percpu::{
        Count,
        PerCpu,
        Row, //
    },
    state::Place,
    Policy, //
};
use crate::{
    cpus,
    host::{
        self,
        Gate, //
    },
    lock_class::CallbackClass,
    poll::nap, //
};

kernel::sync::global_lock! {
    // SAFETY: Initialised in `Hook::new()`, before anything can be registered.
    //
    // Taken by code that empties slots or walks the works. Code that fills a slot does not take it,
    // so that it need not be able to sleep.
    pub(super) unsafe(uninit) static REGISTER: Mutex<()> = ();
}

impl Header {
    pub(super) fn new(run: &'static Run, policy: Policy, name: &'static str) -> Self {
        Self {
            run: *run,
            policy,
            group: Atomic::new(ptr::null()),
            slot: Atomic::<u32>::new(0),
            name,
            class: CallbackClass::new(run),
        }
    }

    /// The address of the callback's code, which identifies its module.
    pub(super) fn callback(&self) -> *const c_void {
        self.run as *const c_void
    }

    /// The work's bit on a CPU. `None`: the work is not registered any more.
    ///
    /// Within the gate the bit is the work's own: a work that can still be reached is unregistered
    /// only when its gate is closed, see `release_all_of()`. The gate of a module that is gone is
    /// open; then the work is not registered any more. Litmus test: deferred-left.
    pub(super) fn on(&self, cpu: CpuId, per_cpu: &'static PerCpu) -> Option<OnCpu> {
        // SAFETY: The pointer is null, or to a group, which stays until crosscall goes.
        let group = unsafe { self.group.load(ordering::Relaxed).as_ref() }?;
        Some(OnCpu::new(
            cpu,
            per_cpu,
            group,
            self.slot.load(ordering::Relaxed) as usize,
        ))
    }

    /// Registers the work. Any context but NMI, as far as `flags` allow it.
    ///
    /// # Errors
    ///
    /// `ENOMEM`. `ESHUTDOWN`: the module of the callback is going.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `this` is the header of a work of the type of its callback, and
    /// may be used for all of it; and that [`Self::release`] or [`Self::release_revoked`] is called
    /// before it moves or its memory goes, unless that never happens.
    pub(super) unsafe fn register(this: *const Self, flags: Flags) -> Result {
        // SAFETY: The caller promises that `this` is a header, which stays until it is released.
        let header = unsafe { &*this };
        let into = |group: &'static Group| {
            group.claim(this, |slot| {
                header.group.store(group, ordering::Relaxed);
                header.slot.store(slot as u32, ordering::Relaxed);
            })
        };

        host::use_callback(header.callback());
        loop {
            // Within the gate: `release_all_of()`, which comes after it was closed, finds the work,
            // or else this says `ESHUTDOWN`. Litmus test: unload-gate.
            let gate = Gate::enter(header.callback())?;
            if Group::all().any(into) {
                return Ok(());
            }
            drop(gate);
            Group::add(flags)?;
        }
    }

    /// Unregisters the work, if it is registered, and waits for callbacks that run. The caller has
    /// revoked it, as far as the gate allowed that; its owner does not queue it any more. Process
    /// context.
    pub(super) fn release(&self) {
        // Litmus test: deferred-unregistered.
        grace_period();
        self.release_revoked();
    }

    /// Like [`Self::release`], for a caller that has waited for a grace period since it revoked the
    /// work.
    pub(super) fn release_revoked(&self) {
        // An open gate was open to the caller too, which then has revoked all that was pending, and
        // waited. Behind a closed one bits may have stayed while it waited, until
        // `release_all_of()` revoked them, or the CPU took them, and the timer may have seen them.
        // (If the module is gone the gate is open again; `release_all_of()` has waited by then.)
        // Litmus test: deferred-released.
        let mut wait = Gate::enter(self.callback()).is_err();
        {
            let _lock = REGISTER.lock();
            wait |= self.revoke_everywhere();
        }
        if wait {
            grace_period();
        }
        wait_for_runs();
        let _lock = REGISTER.lock();
        self.clear_slot();
    }

    /// Revokes what is pending, and returns whether there was any. [`REGISTER`] is held: the bits
    /// are the work's own, or it has none.
    fn revoke_everywhere(&self) -> bool {
        let mut any = false;
        for cpu in cpus::possible_cpus() {
            any |= self.revoke_on(cpu);
        }
        any
    }

    /// The module of the callback goes: [`Self::clear_slot`], and takes its lockdep class from the
    /// work, which another module may flush. A grace period follows.
    fn disown(&self) {
        static GONE: Run = |_, _| ();

        self.class.reset(&GONE);
        self.clear_slot();
    }

    /// Empties the work's slot, unless that was done already. [`REGISTER`] is held.
    fn clear_slot(&self) {
        let slot = self.slot.load(ordering::Relaxed) as usize;
        // Before the slot can belong to another work.
        let group = self.group.xchg(ptr::null(), ordering::Relaxed);
        // SAFETY: The pointer is null, or to a group, which stays until crosscall goes.
        if let Some(group) = unsafe { group.as_ref() } {
            group.clear(slot);
        }
    }
}

/// Waits for code that uses a work because it found a bit of it set. A CPU that has taken the bit
/// has interrupts off from then until the callback has returned, which makes it an RCU reader; the
/// timer is one too, which finds the bit set and uses the work until its section ends. A CPU that
/// stays in user mode holds up no grace period. Process context. (Litmus test:
/// deferred-unregistered.)
#[inline]
fn grace_period() {
    // SAFETY: Process context.
    unsafe { bindings::synchronize_rcu() };
}

/// Waits for the runs that have begun. Process context.
///
/// A callback that sleeps is a bug, but it must not cause a second one: it is no RCU reader then.
/// But a CPU that had taken the bit is in a run that began before the bit was revoked. (Litmus
/// test: deferred-settled.)
fn wait_for_runs() {
    for (_, per_cpu) in PerCpu::all() {
        let run = per_cpu.cpu.run();
        while !per_cpu.cpu.has_ended(run) {
            // SAFETY: Process context.
            unsafe { nap(1_000) };
        }
    }
}

/// A work and a CPU.
pub(super) struct OnCpu {
    pub(super) per_cpu: &'static PerCpu,
    pub(super) row: &'static Row,
    pub(super) place: Place<'static>,
    pub(super) slot: usize,
}

impl OnCpu {
    fn new(cpu: CpuId, per_cpu: &'static PerCpu, group: &Group, slot: usize) -> Self {
        let row = group.row(cpu);
        Self {
            per_cpu,
            row,
            place: Place {
                marks: &per_cpu.marks,
                cpu: &per_cpu.cpu,
                row: &row.words,
                group: group.bit(),
                bit: 1 << slot,
            },
            slot,
        }
    }

    /// Revokes what is pending, and counts that.
    pub(super) fn revoke(&self) -> bool {
        let revoked = self.place.revoke();
        if revoked {
            self.per_cpu.count(Count::Cancelled);
        }
        revoked
    }
}

/// Unregisters the works that a module has left behind. `is_its` returns whether a callback is in
/// that module, whose gate is closed. Process context.
pub(super) fn release_all_of(is_its: &dyn Fn(*const c_void) -> bool) {
    let for_each = |visit: fn(&Header)| {
        let mut any = false;
        let _lock = REGISTER.lock();

        for work in Group::all().flat_map(Group::works) {
            // SAFETY: A work in a slot is valid while `REGISTER` is held.
            let work = unsafe { work.as_ref() };
            if is_its(work.callback()) {
                any = true;
                visit(work);
            }
        }
        any
    };

    if for_each(|work| _ = work.revoke_everywhere()) {
        // Once for all of them. Litmus tests: deferred-released, deferred-left.
        grace_period();
        wait_for_runs();
        for_each(Header::disown);
    }
}
