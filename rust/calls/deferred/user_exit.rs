// SPDX-License-Identifier: GPL-2.0

//! What happens when the CPU leaves user mode, and what else `rust/helpers/deferred.c` calls: the
//! CPU's side.

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
/// The caller must be `rust/helpers/deferred.c`, with interrupts off, with the [`PerCpu`] of this
/// CPU.
#[no_mangle]
unsafe extern "C" fn rust_deferred_run(this: *const c_void) {
    // SAFETY: The caller promises that `this` is the `PerCpu` of this CPU, which is valid as
    // `PerCpu::of()` says.
    let this = unsafe { &*this.cast::<PerCpu>() };
    let here = CpuId::current();
    let is_outermost = this.cpu.begin_run();
    // If not, a work has enabled interrupts, has slept, or waits for itself.
    warn_on!(!is_outermost);

    // A mark leads to each group that it was set for. Litmus test: deferred-found.
    let mut marks = this.marks.take();
    while let Some(mark) = pop(&mut marks) {
        for group in Group::with_mark(mark) {
            let mut taken = group.row(here).words.take();
            while let Some(slot) = pop(&mut taken) {
                this.count(Count::Ran);
                if let Some(work) = group.work(slot) {
                    // SAFETY: This CPU has taken the work's bit, and interrupts stay off: the work
                    // stays registered until the callback has returned.
                    unsafe { run_with_lockdep(work.as_ptr()) };
                }
            }
        }
    }
    this.cpu.end_run(is_outermost);
}

/// Answers an IPI.
///
/// # Safety
///
/// The caller must be `rust/helpers/deferred.c`, with interrupts off, with the [`PerCpu`] of this
/// CPU, as for [`rust_deferred_run`].
#[no_mangle]
unsafe extern "C" fn rust_deferred_answer(this: *const c_void) {
    // SAFETY: The caller promises that interrupts are off and that `this` is the `PerCpu` of this
    // CPU, which is valid as `PerCpu::of()` says.
    unsafe {
        (*this.cast::<PerCpu>()).cpu.answer();
        rust_deferred_run(this);
    }
}

/// # Safety
///
/// The caller must ensure that `work` points to a registered [`Header`], and that interrupts are
/// off.
unsafe extern "C" fn run(work: *mut c_void) {
    let work = work.cast_const().cast::<Header>();
    // SAFETY: The caller promises that interrupts are off, and that the work is registered, hence
    // valid. What its callback captures is `Send`: none of it relies on a guard.
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
/// The caller must ensure that `work` points to a registered [`Header`], and that interrupts are
/// off.
unsafe fn run_with_lockdep(work: *mut Header) {
    let data = work.cast();
    // SAFETY: The caller promises that the work is registered, hence valid, and that interrupts are
    // off: `data` is what `run()` requires.
    unsafe { (*work).class.run(run, data) };
}

/// Interrupts the CPU if a work has been pending there for too long. Otherwise arms the timer for
/// the next deadline. Reads only what is pending on that CPU.
///
/// # Safety
///
/// The caller must be the timer of `cpu`, which must be possible, in `rust/helpers/deferred.c`,
/// within an RCU read-side section.
#[no_mangle]
unsafe extern "C" fn rust_deferred_timeout(cpu: c_uint) {
    let Some((cpu, per_cpu)) = CpuId::from_u32(cpu).and_then(|cpu| Some((cpu, PerCpu::of(cpu)?)))
    else {
        return;
    };
    let mut next: Option<usize> = None;

    // A mark that was set before the timer became idle leads to its group by the full barrier of
    // `deferred_timeout()`. Litmus tests: deferred-armed, deferred-found.
    for group in Group::with_marks(per_cpu.marks.get()) {
        let row = group.row(cpu);
        let mut pending = row.words.peek();
        while let Some(slot) = pop(&mut pending) {
            // SAFETY: `peek()` has seen the work's bit set within the RCU read-side section, until
            // whose end the work stays valid.
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
        // The CPU will take all that is pending there.
        Some(0) => {
            if let Ok(online) = Online::new(cpu, core::ptr::null()) {
                online.kick(per_cpu);
            }
        }
        // SAFETY: This is a timer, not an NMI, and the CPU is possible.
        Some(left) => unsafe { helpers::rust_helper_deferred_arm(cpu.as_u32(), left) },
    }
}
