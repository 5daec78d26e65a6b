// SPDX-License-Identifier: GPL-2.0

//! The target's side of a call.

use kernel::{
    bindings,
    ffi::c_void,
    sync::atomic::ordering, //
};

use super::{
    raw::RawCsd,
    state::AfterRun, //
};
use crate::{
    context::IrqsOff,
    helpers,
    host::{
        self,
        Registered, //
    },
};

/// The function of every csd.
///
/// # Safety
///
/// Called by `kernel/smp.c` with the argument of a csd that [`RawCsd::queue`] queued.
pub(super) unsafe extern "C" fn trampoline(info: *mut c_void) {
    let raw = info.cast::<RawCsd>().cast_const();

    // SAFETY: By the safety requirements and those of `queue()` the storage is valid until
    // `hand_over()`. `kernel/smp.c` unlocked the csd before it called us and does not look at it
    // again.
    unsafe {
        (*raw).check_run();
        (*raw).started.store(true, ordering::Relaxed);
        host::csd_runs(info);
        // Nobody ever waits for an inline call, and one callback may make an inline call of
        // another one: lockdep need not know of it.
        if (*raw).inline.load(ordering::Relaxed) {
            run(info);
        } else {
            run_with_lockdep(info);
        }
        host::has_run(info);
        hand_over(raw);
    }
}

/// Runs the callback.
///
/// # Safety
///
/// For functions of csds, with the `RawCsd` of a call in flight.
pub(crate) unsafe extern "C" fn run(info: *mut c_void) {
    let raw = info.cast::<RawCsd>().cast_const();
    // SAFETY: Interrupts are off in all callbacks of `kernel/smp.c`. The call is in flight until it
    // is handed over, by the safety requirements. What the callback captures and returns is `Send`.
    unsafe {
        IrqsOff::lend(
            || (*raw).callee(),
            |cx| ((*raw).origin.vtable().run)(raw, cx),
        )
    };
}

/// Runs the callback while holding the map that a wait takes.
///
/// # Safety
///
/// For functions of csds, with the `RawCsd` of a call in flight.
pub(crate) unsafe fn run_with_lockdep(info: *mut c_void) {
    // SAFETY: The call is in flight, by the safety requirements; `info` is what `run()` asks for.
    unsafe { (*info.cast::<RawCsd>()).class.run(run, info) };
}

/// Ends the call: gives the storage to its next owner.
///
/// # Safety
///
/// For functions of csds, once in a call, after all of its callbacks have returned. The storage is
/// gone after this, unless the caller has the token.
pub(crate) unsafe fn hand_over(raw: *const RawCsd) {
    // SAFETY: After `finish()` the storage is valid until the one line that hands it over: a
    // waiter cannot return before `complete()` lets go of the completion's lock, and the reaper
    // does not know of the call before it is in its list.
    unsafe {
        match (*raw).state.finish() {
            AfterRun::Waiter => bindings::complete((*raw).done.get()),
            AfterRun::Reaper => {
                helpers::rust_helper_csd_reap((*raw).csd.get(), (*raw).callback());
            }
        }
    }
}

/// Called by `reap_calls()` in `rust/helpers/reaper.c`, in process context.
///
/// # Safety
///
/// `csd` is what `hand_over()` or `RawCsd::detach()` gave to the reaper.
#[no_mangle]
unsafe extern "C" fn rust_csd_reap_one(csd: *mut bindings::call_single_data_t) {
    // The csd is the first field.
    let raw = csd.cast::<RawCsd>().cast_const();
    // SAFETY: The call is there until it is reaped.
    let callee = unsafe { (*raw).callee() };
    // SAFETY: We are the reaper, and it was given to us. What is dropped is `Send`.
    unsafe { host::drop_payload(callee, || RawCsd::reap(raw)) };
}
