// SPDX-License-Identifier: GPL-2.0

//! Replaces a handler under a lock that CPU hotplug takes too: with `stop=1` through
//! `stop_machine()`, which takes the lock of CPU hotplug. Lockdep reports that.

use crosscall::{
    calls::quiesce::{
        GracePeriod,
        Handler,
        Quiesced, //
    },
    context::TaskContext, //
};
use kernel::{
    bindings,
    error::to_result,
    ffi::{
        c_int,
        c_uint,
        c_void, //
    },
    prelude::*, //
};

mod support;
use support::*;

module! {
    type: SwapUnderLock,
    name: "swap_under_lock",
    authors: ["crosscall developers"],
    description: "Replaces a handler under a lock that CPU hotplug takes",
    license: "GPL v2",
    params: {
        stop: u32 {
            default: 0,
            description: "0: through RCU; 1: through stop_machine(), which lockdep reports",
        },
    },
}

kernel::sync::global_lock! {
    // SAFETY: Initialised first of all in `init()`.
    unsafe(uninit) static DEVICES: Mutex<()> = ();
}

extern "C" {
    fn stop_machine(
        f: unsafe extern "C" fn(*mut c_void) -> c_int,
        data: *mut c_void,
        cpus: *const bindings::cpumask,
    ) -> c_int;
}

/// # Safety
///
/// The caller need not ensure anything.
unsafe extern "C" fn do_nothing(_data: *mut c_void) -> c_int {
    0
}

/// # Safety
///
/// The caller must be CPU hotplug, which may sleep.
unsafe extern "C" fn cpu_comes(_cpu: c_uint) -> c_int {
    let _devices = DEVICES.lock();
    0
}

/// The callback for CPUs that come, for as long as this exists.
struct Hotplug(bindings::cpuhp_state);

impl Hotplug {
    fn new() -> Result<Self> {
        // SAFETY: The name is static, and the callback stays until the drop.
        let state = unsafe {
            bindings::__cpuhp_setup_state(
                bindings::cpuhp_state_CPUHP_AP_ONLINE_DYN,
                c"crosscall/test".as_char_ptr(),
                true,
                Some(cpu_comes),
                None,
                false,
            )
        };
        to_result(state)?;
        Ok(Self(state as bindings::cpuhp_state))
    }
}

impl Drop for Hotplug {
    fn drop(&mut self) {
        // SAFETY: The state is ours.
        unsafe { bindings::__cpuhp_remove_state(self.0, false) };
    }
}

struct SwapUnderLock {
    _hotplug: Hotplug,
}

impl kernel::Module for SwapUnderLock {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let stop = number_param("stop", param(module_parameters::stop.value()), 0, 1)?;
        // SAFETY: Once, and before its users.
        unsafe { DEVICES.init() };
        let hotplug = Hotplug::new()?;
        let slot = Handler::new(Quiesced::new(1, GFP_KERNEL)?);
        let new = Quiesced::new(2, GFP_KERNEL)?;

        {
            let _devices = DEVICES.lock();
            if stop == 0 {
                let old = slot.replace(new, GracePeriod::Expedited, &TaskContext::new());
                check!(*old == 1);
            } else {
                // What is done meanwhile does not matter.
                //
                // SAFETY: The function uses no data.
                let done =
                    unsafe { stop_machine(do_nothing, core::ptr::null_mut(), core::ptr::null()) };
                to_result(done)?;
            }
        }
        Ok(Self { _hotplug: hotplug })
    }
}
