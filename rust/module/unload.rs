// SPDX-License-Identifier: GPL-2.0

//! Module unload: what rmmod waits for.
//!
//! Leaking a token is safe code, so a module may go while calls of it are in flight. Its memory
//! would be freed under them. The module loader notifies crosscall of each module that goes, after
//! its exit function (or its failed init function) and before its memory is freed. crosscall then
//! closes the module's gate, so that no callback of the module can queue another call, and waits
//! for those in flight, and for what is being dropped. Any number of modules may go at once, and
//! each waits for its own.
//!
//! This costs a load and a branch per queueing, instead of two atomic operations on the module's
//! reference count, which all CPUs would share. A module that never had an object costs nothing.
//!
//! `rust/helpers/client.c` has the states of a client.

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
    str::CStr,
    time::msecs_to_jiffies,
    types::Opaque,
    warn_on, //
};

use super::helpers;
use crate::{
    calls::{
        deferred,
        quiesce::{
            self,
            GracePeriod, //
        },
    },
    context::TaskContext,
    jiffies::jiffies,
    module::registry::Client,
    poll::nap,
    stall::Stall, //
};

/// When a long wait is first reported, and the interval of further reports.
const FIRST_REPORT_MS: u32 = 3_000;
const REPORT_MS: u32 = 10_000;

/// The longest pause between two checks of what is pending.
const MAX_PAUSE_MS: u32 = 10;

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
            (*NOTIFIER.0.get()).notifier_call = Some(module_state_changed);
            // Before all other notifiers, which take apart what callbacks may still use, such as
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
        // SAFETY: The notifier was registered in `new()`.
        unsafe { bindings::unregister_module_notifier(NOTIFIER.0.get()) };
        // SAFETY: Process context. No module that is left has used its client.
        unsafe { helpers::rust_helper_clients_free() };
        // crosscall goes after all its clients, and hence after their calls. A trampoline that has
        // handed over its call may have yet to return, and so may a reaper, and the work that kicks
        // it. Once all of these have returned the text of crosscall may go.
        //
        // SAFETY: Called once, in process context, after a `rust_helper_reap_init()` that
        // succeeded.
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
/// The caller must be the module loader, in process context, with a module that stays until this
/// returns.
unsafe extern "C" fn module_state_changed(
    _this: *mut bindings::notifier_block,
    state: c_ulong,
    module: *mut c_void,
) -> c_int {
    if state == bindings::module_state_MODULE_STATE_COMING as c_ulong {
        // SAFETY: The caller promises that this is process context and that the module stays until
        // this returns.
        return unsafe { helpers::rust_helper_client_coming(module) };
    }
    if state == bindings::module_state_MODULE_STATE_GOING as c_ulong {
        // SAFETY: The caller promises that this is process context and that the module stays until
        // this returns.
        let client = unsafe { helpers::rust_helper_client_going(module) };
        if !client.is_null() {
            // SAFETY: Process context. The client is from `client_going()`, and stays until
            // `client_gone()`, which is called once.
            unsafe {
                // After this no callback of the module can queue a call.
                helpers::rust_helper_client_close(client);
                let objects_left = drain(module, &Client::new(client));
                // No code of the module runs any more that could queue a call.
                helpers::rust_helper_client_gone(client, objects_left);
            }
        }
    }
    // NOTIFY_DONE
    0
}

/// Waits until no call of `module` is in flight and nothing of it is being dropped, and takes the
/// module's code away from the objects that are left. The gate is closed. Returns whether there
/// were objects left.
fn drain(module: *const c_void, client: &Client) -> bool {
    let mut objects_left = false;

    loop {
        // Another module may be dropping something by this module's code, which may make objects,
        // and give up calls. Or it drops a token that it has kept, and the reaper begins anew,
        // after it was idle. If none did from before the drain to its end, none will: it would find
        // no object that has this module's code.
        let keeps = client.keeps();
        wait_while(client, || client.is_kept().then_some(None));
        objects_left |= drain_once(module, client);
        if client.keeps() == keeps {
            return objects_left;
        }
    }
}

fn drain_once(module: *const c_void, client: &Client) -> bool {
    // First the deferred works that were left behind, which need no wait for CPUs. Their callbacks
    // may give up calls.
    deferred::release_all_of(&|callback| {
        // SAFETY: The module loader keeps the module until its notifiers have returned.
        unsafe { helpers::rust_helper_within_module(callback, module) }
    });

    // Then the callbacks. The walk is not atomic, but a call that is in flight when it ends was so
    // all the time, or the gate would have refused it: none is missed. (A serial call that asks for
    // itself after a run passes no gate, but is in flight from the run on.) After this no callback
    // of the module runs, and its code runs only in its reaper, to which a callback may have given
    // up a call behind the walk.
    wait_while(client, || client.pending().map(Some));

    // Last the reaper. The objects do not show whether it is idle: those that it drops leave the
    // registry before the drop ends. A drop may give up another call, but then the reaper is not
    // idle in between. Once it is idle, no code is left that could hand over anything.
    //
    // SAFETY: The client is valid by the invariant of `Client`. Process context.
    let is_quiet = || unsafe { helpers::rust_helper_client_is_quiet(client.as_ptr()) };
    wait_while(client, || (!is_quiet()).then(|| client.pending()));

    // What is left are objects that were leaked, static ones, and those whose handle another module
    // has, which should have pinned this one. The address and the vtable of their callbacks go with
    // the module, so that they lose both.
    client.remove_all()
}

/// Sleeps while `pending` returns something, and reports that from time to time, with its `Stall`
/// if it has one.
fn wait_while(client: &Client, mut pending: impl FnMut() -> Option<Option<Stall>>) {
    let start = jiffies();
    let mut next_report = msecs_to_jiffies(FIRST_REPORT_MS);
    let mut pause = 1;

    while let Some(stall) = pending() {
        let waited = jiffies().wrapping_sub(start);
        if waited >= next_report {
            next_report += msecs_to_jiffies(REPORT_MS);
            report(client, stall);
        }
        // SAFETY: Process context.
        unsafe { nap(pause * 1_000) };
        pause = (pause + 1).min(MAX_PAUSE_MS);
    }
}

fn report(client: &Client, stall: Option<Stall>) {
    // SAFETY: The client is valid by the invariant of `Client`, and so is its module, whose name is
    // a C string.
    let name = unsafe { CStr::from_char_ptr(helpers::rust_helper_client_name(client.as_ptr())) };
    match stall {
        Some(stall) => pr_warn!("module {name} cannot go yet: {stall}\n"),
        None => pr_warn!("module {name} cannot go yet: its calls are being dropped\n"),
    }
}

/// Notes that the module in which `callback` lies has something that it must not leave behind. Any
/// context.
#[inline]
pub(crate) fn use_callback(callback: *const c_void) {
    // SAFETY: The helper does not dereference the pointer.
    unsafe { helpers::rust_helper_client_use(callback) };
}

/// Whether `object`, which is never freed, must not have `vtable`, with which it was made: that is
/// not `ours`, so that its module may be gone; or the object is in the memory of another module,
/// which does not wait for that one. Any context.
pub(crate) fn is_foreign(
    object: *const c_void,
    vtable: *const c_void,
    ours: *const c_void,
) -> bool {
    // SAFETY: The helper does not follow the pointers.
    unsafe { helpers::rust_helper_client_is_foreign(object, vtable, ours) }
}
