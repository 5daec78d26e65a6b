// SPDX-License-Identifier: GPL-2.0

//! Reports on the reaper, which drops what calls and works owned by code of clients.

use super::registry::{
    Entry,
    Reaping, //
};
use crate::{
    context::{
        run_balanced,
        Callee, //
    },
    jiffies::recent,
};

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
        since: recent(),
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
