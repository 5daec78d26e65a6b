// SPDX-License-Identifier: GPL-2.0

//! `/sys/kernel/debug/crosscall/deferred`: what happened on each CPU, and what is pending.

use kernel::{
    bindings,
    cpu::CpuId,
    seq_file::SeqFile,
    seq_print, //
};

use super::{
    group::{
        pop,
        Group,
        Header, //
    },
    percpu::{
        PerCpu,
        COUNTS, //
    },
    slots::REGISTER,
    state::GROUP, //
};

/// # Safety
///
/// The caller must be `deferred_show()` in `rust/helpers/debugfs.c`, with a valid `m`.
#[no_mangle]
unsafe extern "C" fn rust_deferred_show(m: *mut bindings::seq_file) {
    // SAFETY: The caller promises that `m` is valid; it is not used elsewhere meanwhile.
    let m = unsafe { SeqFile::from_raw(m) };

    seq_print!(m, "cpu");
    for (_, name) in COUNTS {
        seq_print!(m, " {name}");
    }
    seq_print!(m, " pending oldest_ms\n");
    for (cpu, per_cpu) in PerCpu::all() {
        let mut pending = 0;
        let mut oldest = 0;

        for_each_pending(cpu, |_, age| {
            pending += 1;
            oldest = oldest.max(age);
        });
        seq_print!(m, "{}", cpu.as_u32());
        for (what, _) in COUNTS {
            seq_print!(m, " {}", per_cpu.counted(what));
        }
        seq_print!(m, " {pending} {}\n", ms(oldest));
    }
    for (cpu, _) in PerCpu::all() {
        for_each_pending(cpu, |work, age| {
            let cpu = cpu.as_u32();
            seq_print!(m, "# cpu {cpu} for {} ms: {}\n", ms(age), work.name);
        });
    }
    let (used, all) = slots();
    seq_print!(m, "# slots: {used} of {all} in use\n");
}

/// How many slots have a work, and how many there are. Process context.
fn slots() -> (usize, usize) {
    let _lock = REGISTER.lock();

    Group::all().fold((0, 0), |(used, all), group| {
        (used + group.works().count(), all + GROUP)
    })
}

/// Shows each work that is pending on a CPU, which is possible, and its age in jiffies. Process
/// context.
fn for_each_pending(cpu: CpuId, mut visit: impl FnMut(&Header, usize)) {
    let _lock = REGISTER.lock();

    for group in Group::all() {
        let row = group.row(cpu);
        let mut pending = row.words.peek();
        while let Some(slot) = pop(&mut pending) {
            if let Some(work) = group.work(slot) {
                // SAFETY: A work in a slot is valid while `REGISTER` is held.
                visit(unsafe { work.as_ref() }, row.age(slot));
            }
        }
    }
}

#[inline]
fn ms(jiffies: usize) -> u64 {
    // SAFETY: Always safe to call, with any value.
    unsafe { bindings::jiffies64_to_msecs(jiffies as u64) }
}
