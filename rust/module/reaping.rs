// SPDX-License-Identifier: GPL-2.0

//! Reports on the reaper, which drops what calls and works owned by code of clients.

use kernel::ffi::c_void;

use crate::{
    clock::jiffies,
    context::{
        run_balanced,
        Callee, //
    },
    module::registry::{
        Entry,
        Registered, //
    },
    stall::{
        Phase,
        Stall, //
    },
};

/// A drop under way. The object itself cannot report it: it is no longer pending, and is freed
/// meanwhile.
struct Reaping {
    entry: Entry,
    callback: *const c_void,
    name: &'static str,
    since: usize,
    cpu: u32,
}

// SAFETY: `ENTRY_OFFSET` is the offset of `entry`, which `drop_payload()` makes and removes.
unsafe impl Registered for Reaping {
    const ENTRY_OFFSET: usize = core::mem::offset_of!(Self, entry);

    fn is_pending(&self) -> bool {
        true
    }

    fn callback(&self) -> *const c_void {
        self.callback
    }

    // Unload waits for what is being dropped.
    fn disown(&self) {}

    fn stall(&self) -> Stall {
        Stall::since(self.since, self.cpu, true, self.name).in_phase(Phase::Dropping)
    }
}

/// Runs `drop`, and shows it meanwhile to debugfs and to the unload of `callee`'s module. Process
/// context.
///
/// # Safety
///
/// The caller must ensure that nothing `drop` has written to relies on a guard that it leaked, as
/// for [`run_balanced`].
pub(crate) unsafe fn drop_payload(callee: Callee, drop: impl FnOnce()) {
    let Callee { name, callback } = callee;
    let reaping = Reaping {
        entry: Entry::new::<Reaping>(),
        callback,
        name,
        since: jiffies(),
        cpu: kernel::cpu::CpuId::current().as_u32(),
    };
    // SAFETY: The entry is that of a `Reaping`, does not move, and is removed below. (A panic in
    // between does not unwind.)
    unsafe { reaping.entry.add(callback) };
    // SAFETY: The caller promises that nothing `drop` has written to relies on a leaked guard, and
    // `drop` returns nothing.
    unsafe { run_balanced(false, || Callee { name, callback }, drop) };
    reaping.entry.remove();
}
