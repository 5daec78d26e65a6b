// SPDX-License-Identifier: GPL-2.0

//! `/sys/kernel/debug/crosscall/deferred`: what happened on each CPU, and what is pending.

use kernel::{
    bindings,
    seq_file::SeqFile,
    seq_print, //
};

use super::{
    percpu::{
        PerCpu,
        COUNTS, //
    },
    slots::{
        self,
        Header, //
    },
};
/// # Safety
///
/// Called by `deferred_show()` in `rust/helpers/debugfs.c`.
#[no_mangle]
unsafe extern "C" fn rust_deferred_show(m: *mut bindings::seq_file) {
    // SAFETY: By the safety requirements `m` is valid.
    let m = unsafe { SeqFile::from_raw(m) };

    seq_print!(m, "cpu");
    for (_, name) in COUNTS {
        seq_print!(m, " {name}");
    }
    seq_print!(m, " pending oldest_ms\n");
    for (cpu, per_cpu) in PerCpu::all() {
        let mut pending = 0;
        let mut oldest = 0;

        for_each_pending(per_cpu, |_, age| {
            pending += 1;
            oldest = oldest.max(age);
        });
        seq_print!(m, "{}", cpu.as_u32());
        for (what, _) in COUNTS {
            seq_print!(m, " {}", per_cpu.counted(what));
        }
        seq_print!(m, " {pending} {}\n", ms(oldest));
    }
    for (cpu, per_cpu) in PerCpu::all() {
        for_each_pending(per_cpu, |work, age| {
            let cpu = cpu.as_u32();
            seq_print!(m, "# cpu {cpu} for {} ms: {}\n", ms(age), work.name);
        });
    }
}

/// Shows each work that is pending on a CPU, and its age in jiffies.
fn for_each_pending(per_cpu: &PerCpu, mut visit: impl FnMut(&Header, usize)) {
    slots::for_each(|work| {
        if per_cpu.state.pending() & work.bit() != 0 {
            visit(work, per_cpu.age(work.slot()));
        }
    });
}

fn ms(jiffies: usize) -> u64 {
    // SAFETY: Any value fits.
    unsafe { bindings::jiffies64_to_msecs(jiffies as u64) }
}
