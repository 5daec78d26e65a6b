// SPDX-License-Identifier: GPL-2.0

//! The C functions that the core needs, in `rust/helpers/`.
//!
//! `scripts/tree/check-prototypes` compares these declarations with the C ones.

use kernel::{
    bindings,
    ffi::{
        c_int,
        c_uint,
        c_ulong,
        c_void, //
    },
};

/// `struct callback_counts` in `rust/helpers/context.c`, with what can change. Only C reads and
/// writes it.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct CallbackCounts {
    preempt: c_int,
    rcu: c_int,
    #[cfg(all(CONFIG_PREEMPT_RT, CONFIG_SMP))]
    migration: c_int,
    #[cfg(CONFIG_LOCKDEP)]
    locks: c_int,
}

extern "C" {
    // helpers/context.c
    pub(crate) fn rust_helper_irqs_disabled() -> bool;
    pub(crate) fn rust_helper_killed() -> bool;
    pub(crate) fn rust_helper_may_sleep() -> bool;
    pub(crate) fn rust_helper_callback_counts(now: *mut CallbackCounts);
    pub(crate) fn rust_helper_callback_balanced(was: *const CallbackCounts, irqs_off: bool)
        -> bool;
    pub(crate) fn rust_helper_irqs_off_enter() -> c_ulong;
    pub(crate) fn rust_helper_irqs_off_exit(flags: c_ulong);

    // helpers/csd.c
    pub(crate) fn rust_helper_csd_send(
        cpu: c_uint,
        csd: *mut bindings::call_single_data_t,
        code: *const *const *const c_void,
    ) -> c_int;
    pub(crate) fn rust_helper_csd_queue(
        cpu: c_uint,
        csd: *mut bindings::call_single_data_t,
        code: *const *const *const c_void,
        flags: *mut c_ulong,
    ) -> c_int;
    pub(crate) fn rust_helper_csd_ran_here(flags: c_ulong);

    // helpers/irq_work.c
    pub(crate) fn rust_helper_cpu_online(cpu: c_uint) -> bool;
    pub(crate) fn rust_helper_cpu_active(cpu: c_uint) -> bool;
    pub(crate) fn rust_helper_irq_work_lockdep_enter(flags: c_uint);
    pub(crate) fn rust_helper_irq_work_lockdep_exit(flags: c_uint);

    // helpers/lockdep.c
    #[cfg(CONFIG_LOCKDEP)]
    pub(crate) fn rust_helper_callback_lockdep_wait(key: *const *const c_void);
    #[cfg(CONFIG_LOCKDEP)]
    pub(crate) fn rust_helper_callback_lockdep_run(
        key: *const c_void,
        run: unsafe extern "C" fn(*mut c_void),
        data: *mut c_void,
    );

    // helpers/preempt.c
    pub(crate) fn rust_helper_in_nmi() -> bool;
    pub(crate) fn rust_helper_need_resched() -> bool;

    // helpers/reaper.c
    pub(crate) fn rust_helper_call_reap(
        reap: *mut bindings::llist_node,
        code: *const *const *const c_void,
    );
    pub(crate) fn rust_helper_parcel_reap(
        node: *mut bindings::llist_node,
        code: *const *const *const c_void,
    );
    pub(crate) fn rust_helper_irq_work_reap(
        reap: *mut bindings::llist_node,
        code: *const *const *const c_void,
    );

    // helpers/rebalance.c
    pub(crate) fn rust_helper_callback_rebalance(
        was: *const CallbackCounts,
        irqs_off: bool,
        callback: *const c_void,
        name: *const u8,
        len: usize,
    );

    // helpers/wait.c
    pub(crate) fn rust_helper_nap(us: c_uint);
    pub(crate) fn rust_helper_wait_at_most(done: *mut bindings::completion, timeout: usize)
        -> bool;
}
