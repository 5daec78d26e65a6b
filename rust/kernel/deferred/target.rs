// SPDX-License-Identifier: GPL-2.0

//! The CPU's side: what `rust/helpers/deferred.c` calls.

use kernel::{
    ffi::{
        c_uint,
        c_void, //
    },
    warn_on, //
};

use super::{
    percpu::{
        Count,
        Online,
        PerCpu, //
    },
    slots::{
        self,
        Header, //
    },
    Policy, //
};
use crate::{
    context::{
        Callee,
        IrqsOff, //
    },
    helpers, //
};

/// Runs all that is pending.
///
/// # Safety
///
/// Called by C on the CPU that `this` is of, with interrupts off.
#[no_mangle]
unsafe extern "C" fn rust_deferred_run(this: *const c_void) {
    // SAFETY: By the safety requirements; see `PerCpu::of()`.
    let this = unsafe { &*this.cast::<PerCpu>() };
    let outermost = this.state.begin_run();
    // A work has enabled interrupts, or waits for itself.
    warn_on!(!outermost);

    let mut taken = this.state.take();
    while taken != 0 {
        let slot = taken.trailing_zeros() as usize;
        taken &= taken - 1;
        this.count(Count::Ran);
        // SAFETY: We have taken its bit, and interrupts stay off.
        if let Some(work) = unsafe { slots::get(slot) } {
            // SAFETY: As above.
            unsafe { run_with_lockdep(work.as_ptr()) };
        }
    }
    if outermost {
        this.state.end_run();
    }
}

/// Answers an IPI.
///
/// # Safety
///
/// As [`rust_deferred_run`].
#[no_mangle]
unsafe extern "C" fn rust_deferred_answer(this: *const c_void) {
    // SAFETY: By the safety requirements; see `PerCpu::of()`.
    unsafe {
        (*this.cast::<PerCpu>()).state.answer();
        rust_deferred_run(this);
    }
}

/// # Safety
///
/// `work` points to a registered [`Header`], and interrupts are off.
unsafe extern "C" fn run(work: *mut c_void) {
    let work = work.cast_const().cast::<Header>();
    // SAFETY: Interrupts are off, and the work is registered. What its callback captures is `Send`.
    unsafe {
        let whose = || Callee {
            name: (*work).name,
            callback: (*work).callback(),
        };
        IrqsOff::lend(whose, |cx| ((*work).run)(work, cx));
    }
}

/// Runs the callback while holding the map that a flush takes.
///
/// # Safety
///
/// As [`run`].
unsafe fn run_with_lockdep(work: *mut Header) {
    let data = work.cast();
    // SAFETY: The work is registered; `data` is what `run()` asks for.
    unsafe { (*work).class.run(run, data) };
}

/// Interrupts the CPUs on which a work has been pending for too long.
///
/// # Safety
///
/// Called by C as the timer of `slot`.
#[no_mangle]
unsafe extern "C" fn rust_deferred_timeout(slot: c_uint) {
    // SAFETY: We are the timer.
    let Some(work) = (unsafe { slots::get(slot as usize).map(|work| work.as_ref()) }) else {
        return;
    };
    let Policy::Within(deadline) = work.policy else {
        return;
    };
    let mut next = None;

    for (cpu, per_cpu) in PerCpu::all() {
        if per_cpu.state.pending() & work.bit() == 0 {
            continue;
        }
        match deadline.checked_sub(per_cpu.age(work.slot())) {
            None | Some(0) => {
                if let Ok(online) = Online::new(cpu, core::ptr::null()) {
                    online.kick(per_cpu);
                }
            }
            Some(left) => next = Some(next.map_or(left, |next: usize| next.min(left))),
        }
    }
    if let Some(next) = next {
        // SAFETY: Not in NMI.
        unsafe { helpers::rust_helper_deferred_arm(slot, next) };
    }
}
