// SPDX-License-Identifier: GPL-2.0

//! `/sys/kernel/debug/crosscall/`:
//!
//! - `stats`: counters per CPU;
//! - `in_flight`: the calls that have yet to end, with their age, and what is being dropped.
//!
//! Without debugfs there are no files, and nothing else changes.

use kernel::{
    bindings,
    seq_file::SeqFile,
    seq_print, //
};

use super::helpers;
use crate::{
    cpus,
    module::{
        registry,
        stats, //
    },
};

/// The files, for as long as this exists.
pub(crate) struct Files(());

impl Files {
    pub(crate) fn new() -> Self {
        // SAFETY: Called once, from the module's init function.
        unsafe { helpers::rust_helper_debugfs_add() };
        Self(())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        // SAFETY: The files were added in `new()`.
        unsafe { helpers::rust_helper_debugfs_remove() };
    }
}

/// # Safety
///
/// The caller must be `stats_show()` in `rust/helpers/debugfs.c`, with a valid `m`.
#[no_mangle]
unsafe extern "C" fn rust_csd_show_stats(m: *mut bindings::seq_file) {
    // SAFETY: The caller promises that `m` is valid; it is not used elsewhere meanwhile.
    let m = unsafe { SeqFile::from_raw(m) };

    seq_print!(m, "cpu");
    for (_, name) in stats::all() {
        seq_print!(m, " {name}");
    }
    seq_print!(m, "\n");
    for cpu in cpus::possible_cpus() {
        seq_print!(m, "{}", cpu.as_u32());
        for (stat, _) in stats::all() {
            seq_print!(m, " {}", stats::read(cpu, stat));
        }
        seq_print!(m, "\n");
    }
    let objects = registry::longest();
    seq_print!(
        m,
        "# registry: interrupts off for {objects} objects at most\n"
    );
}

/// # Safety
///
/// The caller must be `in_flight_show()` in `rust/helpers/debugfs.c`, with a valid `m`.
#[no_mangle]
unsafe extern "C" fn rust_csd_show_in_flight(m: *mut bindings::seq_file) {
    // SAFETY: The caller promises that `m` is valid; it is not used elsewhere meanwhile.
    let m = unsafe { SeqFile::from_raw(m) };

    registry::for_each_stall(|stall| seq_print!(m, "{stall}\n"));
}
