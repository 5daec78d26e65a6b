// SPDX-License-Identifier: GPL-2.0

//! Module unload.
//!
//! Leaking a token is safe code, so a module may go while calls of it are in flight. Its memory
//! would be freed under them. The module loader tells us of each module that goes, after its exit
//! function (or its failed init function) and before its memory is freed: we close the gate, so
//! that no callback of the module can queue another call, and wait for those in flight.
//!
//! This costs a load and a branch per queueing, instead of two atomic operations on the module's
//! reference count, which all CPUs would share.

use core::ops::ControlFlow;
use kernel::{
    bindings,
    error::{
        to_result,
        Result, //
    },
    ffi::{
        c_int,
        c_ulong,
        c_void, //
    },
    prelude::*,
    time::msecs_to_jiffies,
    types::Opaque,
    warn_on, //
};

use crate::{
    clock::jiffies,
    context::TaskContext,
    deferred,
    helpers,
    quiesce::{
        self,
        GracePeriod, //
    },
    registry, //
};

kernel::sync::global_lock! {
    // SAFETY: Initialised in `Guard::new()`, before the notifier that takes it is registered.
    unsafe(uninit) static ONE_AT_A_TIME: Mutex<()> = ();
}

/// How often a wait that lasts is reported.
const REPORT_MS: u32 = 10_000;

static NOTIFIER: Notifier = Notifier(Opaque::zeroed());

struct Notifier(Opaque<bindings::notifier_block>);

// SAFETY: Only passed to C functions, which lock.
unsafe impl Sync for Notifier {}

/// Waits for the calls of modules that go. `crosscall.ko` has one while it is loaded.
pub(crate) struct Guard(());

impl Guard {
    pub(crate) fn new() -> Result<Self> {
        // SAFETY: Called once, from the module's init function.
        unsafe {
            ONE_AT_A_TIME.init();
            (*NOTIFIER.0.get()).notifier_call = Some(module_state_changed);
            // First of all notifiers: the others take apart what callbacks may still use, such as
            // the module's tracepoints and static keys.
            (*NOTIFIER.0.get()).priority = c_int::MAX;
            to_result(helpers::rust_helper_reap_init())?;
            to_result(bindings::register_module_notifier(NOTIFIER.0.get()))
                .inspect_err(|_| helpers::rust_helper_reap_exit())?;
        }
        Ok(Self(()))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        // SAFETY: Registered in `new()`.
        unsafe { bindings::unregister_module_notifier(NOTIFIER.0.get()) };
        // We go, so that all clients are gone, and with them their calls. What may be left is a
        // trampoline that has handed over its call and has yet to return, a reaper likewise, and
        // the work that kicks the latter. Whatever there is with our text in it, once all has
        // returned that text may go.
        //
        // SAFETY: Once, in process context.
        unsafe { helpers::rust_helper_reap_exit() };
        let task = TaskContext::new();
        loop {
            warn_on!(quiesce::flush_all(GracePeriod::Normal, &task).is_err());
            // SAFETY: Process context.
            if !unsafe { helpers::rust_helper_reap_flush() } {
                break;
            }
        }
    }
}

/// # Safety
///
/// Called by the module loader, in process context, with a module.
unsafe extern "C" fn module_state_changed(
    _this: *mut bindings::notifier_block,
    state: c_ulong,
    module: *mut c_void,
) -> c_int {
    // SAFETY: The module loader holds the module until we return.
    let may_use_us = unsafe { helpers::rust_helper_module_may_use_us(module) };
    if may_use_us && state == bindings::module_state_MODULE_STATE_GOING as c_ulong {
        let _one = ONE_AT_A_TIME.lock();
        // SAFETY: Process context, and the module is there until we return. After this no callback
        // of it can queue a call.
        unsafe { helpers::rust_helper_unload_close(module) };
        drain(module);
        // SAFETY: No code of the module runs any more that could queue a call.
        unsafe { helpers::rust_helper_unload_open() };
    }
    // NOTIFY_DONE
    0
}

/// Waits until no call of `module` is in flight and none is being reaped. The gate is closed.
fn drain(module: *const c_void) {
    // First what does not wait: works that were left behind. Their callbacks may give up calls.
    deferred::release_all_of(module);

    // Then the callbacks. The walk is not atomic, but a call that is in flight when it ends was
    // so all the time, or the gate would have refused it: none is missed. (A serial call that
    // asks for itself after a run passes no gate, but is in flight from the run on.) After this no
    // callback of the module runs, and its code runs in the reaper alone: which may have got a
    // call behind the walk that a callback gave up.
    wait_while(|report| report_pending(module, report));

    // Last the reaper. While it pauses the calls stand still: those that it has yet to reap are
    // pending, and none is half reaped. What it drops may give up another call: hence from the
    // start, until nothing is left.
    wait_while(|report| {
        // SAFETY: Process context, in pairs.
        unsafe { helpers::rust_helper_reap_pause() };
        let pending = report_pending(module, report);
        // SAFETY: As above.
        unsafe { helpers::rust_helper_reap_resume() };
        pending
    });

    // What is left are objects that were leaked, static ones, and those whose handle another module
    // has, which should have pinned this one. Their callback's address and vtable go with the
    // module; nobody may look at them afterwards.
    if registry::remove_if(|object| object.is_of(module)) {
        // An irq_work in the module's own memory may still be touched by the kernel after its
        // callback, by an RCU reader.
        //
        // SAFETY: Process context.
        unsafe { bindings::synchronize_rcu() };
    }
}

/// Sleeps while `pending` says so; from time to time it is asked to report.
fn wait_while(mut pending: impl FnMut(bool) -> bool) {
    let interval = msecs_to_jiffies(REPORT_MS);
    let mut reported = jiffies();

    loop {
        let report = jiffies().wrapping_sub(reported) >= interval;
        if !pending(report) {
            break;
        }
        if report {
            reported = jiffies();
        }
        // SAFETY: Process context.
        unsafe { bindings::msleep(1) };
    }
}

/// Whether a call of `module` is in flight; `report` prints the first one.
fn report_pending(module: *const c_void, report: bool) -> bool {
    let mut pending = false;

    registry::for_each(|object| {
        if !object.is_pending() || !object.is_of(module) {
            return ControlFlow::Continue(());
        }
        pending = true;
        if report {
            pr_warn!("a module cannot go yet: {}\n", object.stall());
        }
        ControlFlow::Break(())
    });
    pending
}
