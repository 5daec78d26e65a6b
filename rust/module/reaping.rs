// SPDX-License-Identifier: GPL-2.0

//! Reports on the reaper, which drops what calls and works owned by code of clients.

use kernel::ffi::c_void;

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
/// The caller must be the reaper of a client, with `reaped` of the client. It must ensure that
/// nothing `drop` has written to relies on a guard that it leaked, as for [`run_balanced`].
pub(crate) unsafe fn drop_payload(reaped: *mut c_void, callee: Callee, drop: impl FnOnce()) {
    let Callee { name, callback } = callee;
    let reaped = reaped.cast::<Reaping>();
    let reaping = Reaping {
        entry: Entry::new::<Reaping>(),
        callback,
        name,
        since: recent(),
        cpu: kernel::cpu::CpuId::current().as_u32(),
    };
    // SAFETY: The caller promises that this is the client's place, which is large enough for a
    // `Reaping`. A reaper drops one thing at a time, and the last one has left the registry: no
    // other code uses the place.
    let reaping = unsafe {
        reaped.write(reaping);
        &*reaped
    };
    // SAFETY: The entry is that of a `Reaping`, does not move, and is removed below; or `drop` does
    // not return, as after a panic, which does not unwind. Then the reaper never gets idle, so that
    // neither the client nor the module of the callback goes.
    unsafe { reaping.entry.add(callback) };
    // SAFETY: The caller promises that nothing `drop` has written to relies on a leaked guard, and
    // `drop` returns nothing.
    unsafe { run_balanced(false, || Callee { name, callback }, drop) };
    reaping.entry.remove();
}
