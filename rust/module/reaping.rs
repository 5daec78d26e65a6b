// SPDX-License-Identifier: GPL-2.0

//! What the reaper is doing: dropping what calls and works owned, which is code of clients.

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

/// A drop under way. The object itself cannot say so: it is no longer pending, and goes on the way.
struct Reaping {
    entry: Entry,
    callback: *const c_void,
    name: &'static str,
    since: usize,
    cpu: u32,
}

// SAFETY: `entry` is made by `run()`, which removes it.
unsafe impl Registered for Reaping {
    const ENTRY_OFFSET: usize = core::mem::offset_of!(Self, entry);

    fn is_pending(&self) -> bool {
        true
    }

    fn callback(&self) -> *const c_void {
        self.callback
    }

    // What is being dropped is waited for.
    fn disown(&self) {}

    fn stall(&self) -> Stall {
        Stall::since(self.since, self.cpu, true, self.name).in_phase(Phase::Dropping)
    }
}

/// Runs `drop`, and shows it meanwhile to debugfs and to whoever unloads the module of `callee`.
/// Process context.
///
/// # Safety
///
/// As [`run_balanced`].
pub(crate) unsafe fn drop_payload(callee: Callee, drop: impl FnOnce()) {
    let Callee { name, callback } = callee;
    let reaping = Reaping {
        entry: Entry::new::<Reaping>(),
        callback,
        name,
        since: jiffies(),
        cpu: kernel::cpu::CpuId::current().as_u32(),
    };
    // SAFETY: The entry is that of a `Reaping`, and is removed below, before which it does not
    // move. (A panic on the way does not unwind.)
    unsafe { reaping.entry.add(callback) };
    // SAFETY: By the safety requirements.
    unsafe { run_balanced(false, || Callee { name, callback }, drop) };
    reaping.entry.remove();
}
