// SPDX-License-Identifier: GPL-2.0

//! The CPU's side: what `rust/helpers/deferred.c` calls.

use kernel::{
    cpu::CpuId,
    ffi::{
        c_uint,
        c_void, //
    },
    warn_on, //
};

use super::{
    group::{
        pop,
        Group,
        Header, //
    },
    percpu::{
        Count,
        Online,
        PerCpu, //
    },
    Policy, //
};
use crate::{
    calls::helpers,
    context::{
        Callee,
        IrqsOff, //
    },
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
    let here = CpuId::current();
    let outermost = this.cpu.begin_run();
    // A work has enabled interrupts, or waits for itself.
    warn_on!(!outermost);

    let mut marks = this.marks.take();
    while let Some(mark) = pop(&mut marks) {
        for group in Group::with_mark(mark) {
            let mut taken = group.row(here).words.take();
            while let Some(slot) = pop(&mut taken) {
                this.count(Count::Ran);
                if let Some(work) = group.work(slot) {
                    // SAFETY: We have taken its bit, and interrupts stay off.
                    unsafe { run_with_lockdep(work.as_ptr()) };
                }
            }
        }
    }
    if outermost {
        this.cpu.end_run();
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
        (*this.cast::<PerCpu>()).cpu.answer();
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

/// Interrupts the CPU if a work has been pending there for too long. Else arms the timer for the
/// next one that will have been. Looks at what is pending on that CPU, and at nothing else.
///
/// # Safety
///
/// Called by C as the timer of `cpu`, which is possible, in an RCU read-side section.
#[no_mangle]
unsafe extern "C" fn rust_deferred_timeout(cpu: c_uint) {
    let Some((cpu, per_cpu)) = CpuId::from_u32(cpu).and_then(|cpu| Some((cpu, PerCpu::of(cpu)?)))
    else {
        return;
    };
    let mut next: Option<usize> = None;

    for group in Group::with_marks(per_cpu.marks.get()) {
        let row = group.row(cpu);
        let mut pending = row.words.pending();
        while let Some(slot) = pop(&mut pending) {
            // SAFETY: Its bit was seen set within the RCU read-side section.
            let policy = group.work(slot).map(|work| unsafe { work.as_ref() }.policy);
            let Some(Policy::Within(deadline)) = policy else {
                continue;
            };
            let left = deadline.saturating_sub(row.age(slot));
            next = Some(next.map_or(left, |next| next.min(left)));
        }
    }
    match next {
        None => (),
        // All that is pending there will be taken.
        Some(0) => {
            if let Ok(online) = Online::new(cpu, core::ptr::null()) {
                online.kick(per_cpu);
            }
        }
        // SAFETY: Not in NMI, and the CPU is possible.
        Some(left) => unsafe { helpers::rust_helper_deferred_arm(cpu.as_u32(), left) },
    }
}
