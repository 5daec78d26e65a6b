// SPDX-License-Identifier: GPL-2.0

//! The C helpers in `rust/helpers/`.
//!
//! In the kernel tree `bindgen` declares these, and this file does not exist.

use kernel::{
    bindings,
    ffi::{
        c_int,
        c_uint,
        c_ulong,
        c_void, //
    },
};

use crate::module::registry::{
    Between,
    Visit, //
};

extern "C" {
    // helpers/client.c
    pub(crate) static rust_helper_gone_callback: u8;
    pub(crate) fn rust_helper_client_coming(module: *const c_void) -> c_int;
    pub(crate) fn rust_helper_client_use(callback: *const c_void);
    pub(crate) fn rust_helper_client_going(module: *const c_void) -> *mut c_void;
    pub(crate) fn rust_helper_client_close(client: *mut c_void);
    pub(crate) fn rust_helper_client_gone(client: *mut c_void, objects_left: bool);
    pub(crate) fn rust_helper_client_name(client: *mut c_void) -> *const kernel::ffi::c_char;

    // helpers/context.c
    pub(crate) fn rust_helper_irqs_disabled() -> bool;
    pub(crate) fn rust_helper_in_nmi() -> bool;
    pub(crate) fn rust_helper_killed() -> bool;
    pub(crate) fn rust_helper_may_sleep() -> bool;
    pub(crate) fn rust_helper_callback_counts() -> u64;
    pub(crate) fn rust_helper_callback_balanced(before: u64, irqs_off: bool) -> bool;
    pub(crate) fn rust_helper_callback_rebalance(
        before: u64,
        irqs_off: bool,
        callback: *const c_void,
        name: *const u8,
        len: usize,
    );
    pub(crate) fn rust_helper_irqs_off_enter() -> c_ulong;
    pub(crate) fn rust_helper_irqs_off_exit(flags: c_ulong);

    // helpers/csd.c
    pub(crate) fn rust_helper_csd_send(
        cpu: c_uint,
        csd: *mut bindings::call_single_data_t,
        callback: *const c_void,
    ) -> c_int;
    pub(crate) fn rust_helper_csd_queue(
        cpu: c_uint,
        csd: *mut bindings::call_single_data_t,
        callback: *const *const c_void,
        inline: *mut bool,
    ) -> c_int;
    pub(crate) fn rust_helper_csd_try_wait(done: *mut bindings::completion) -> bool;

    // helpers/irq_work.c
    pub(crate) fn rust_helper_cpu_takes_irq_work(cpu: c_uint, threaded: bool) -> bool;
    #[cfg(MODULE)]
    pub(crate) fn rust_helper_irq_work_lockdep_enter(flags: c_uint);
    #[cfg(MODULE)]
    pub(crate) fn rust_helper_irq_work_lockdep_exit(flags: c_uint);

    // helpers/lockdep.c
    #[cfg(CONFIG_LOCKDEP)]
    pub(crate) fn rust_helper_callback_lockdep_wait(key: *const c_void);
    #[cfg(CONFIG_LOCKDEP)]
    pub(crate) fn rust_helper_callback_lockdep_run(
        key: *const c_void,
        run: unsafe extern "C" fn(*mut c_void),
        data: *mut c_void,
    );

    // helpers/many.c
    pub(crate) fn rust_helper_many_alloc(size: usize, align: usize, may_sleep: bool) -> c_ulong;
    pub(crate) fn rust_helper_many_free(elements: c_ulong);
    pub(crate) fn rust_helper_many_element(elements: c_ulong, cpu: c_uint) -> *mut c_void;
    pub(crate) fn rust_helper_many_nearest(cpus: *const bindings::cpumask) -> c_uint;

    // helpers/quiesce.c
    pub(crate) fn rust_helper_flush_begin();
    pub(crate) fn rust_helper_flush_queue(cpu: c_uint);
    pub(crate) fn rust_helper_flush_has_started() -> bool;
    pub(crate) fn rust_helper_flush_end();

    // helpers/registry.c
    pub(crate) fn rust_helper_registry_add(entry: *mut c_void, callback: *const c_void);
    pub(crate) fn rust_helper_registry_add_unless_nmi(entry: *mut c_void, callback: *const c_void);
    pub(crate) fn rust_helper_registry_del(entry: *mut c_void);
    pub(crate) fn rust_helper_registry_walk(client: *mut c_void, visit: Visit, data: *mut c_void);
    pub(crate) fn rust_helper_registry_walk_all(visit: Visit, between: Between, data: *mut c_void);

    // helpers/reaper.c
    pub(crate) fn rust_helper_csd_reap(
        csd: *mut bindings::call_single_data_t,
        callback: *const c_void,
    );
    pub(crate) fn rust_helper_irq_work_reap(
        reap: *mut bindings::llist_node,
        callback: *const c_void,
    );
    pub(crate) fn rust_helper_client_is_quiet(client: *mut c_void) -> bool;
    pub(crate) fn rust_helper_reap_init() -> c_int;
    pub(crate) fn rust_helper_reap_exit();
    pub(crate) fn rust_helper_reap_flush() -> bool;

    // helpers/stats.c
    pub(crate) fn rust_helper_csd_count_refused(call: *const c_void, cpu: c_uint, err: c_int);
    pub(crate) fn rust_helper_csd_count_ran(call: *const c_void);
    pub(crate) fn rust_helper_csd_trace_done(call: *const c_void);
    pub(crate) fn rust_helper_csd_count_stalled(cpu: c_uint);
    pub(crate) fn rust_helper_irq_work_count_queued(
        work: *const c_void,
        cpu: c_uint,
        run: *const c_void,
    );
    pub(crate) fn rust_helper_irq_work_count_coalesced(work: *const c_void);
    pub(crate) fn rust_helper_irq_work_count_refused(work: *const c_void, cpu: c_uint, err: c_int);
    pub(crate) fn rust_helper_irq_work_count_ran(work: *const c_void);
    pub(crate) fn rust_helper_quiesce_count_replaced();
    pub(crate) fn rust_helper_quiesce_count_flushed();
    pub(crate) fn rust_helper_stat(cpu: c_uint, which: c_uint) -> c_ulong;

    // helpers/debugfs.c
    pub(crate) fn rust_helper_debugfs_add();
    pub(crate) fn rust_helper_debugfs_remove();

    // helpers/deferred.c
    pub(crate) fn rust_helper_deferred_start();
    pub(crate) fn rust_helper_deferred_stop();
    pub(crate) fn rust_helper_deferred_cpu(cpu: c_uint) -> *mut c_void;
    pub(crate) fn rust_helper_deferred_in_user(cpu: c_uint) -> bool;
    pub(crate) fn rust_helper_deferred_kick(cpu: c_uint) -> c_int;
    pub(crate) fn rust_helper_deferred_flush(cpu: c_uint);
    pub(crate) fn rust_helper_deferred_flush_here();
    pub(crate) fn rust_helper_deferred_arm(cpu: c_uint, delay: c_ulong);

    // helpers/unload.c
    pub(crate) fn rust_helper_unload_gate_enter(callback: *const *const c_void) -> bool;
    pub(crate) fn rust_helper_unload_gate_enter_for_ipi(callback: *const *const c_void) -> c_int;
    pub(crate) fn rust_helper_unload_gate_exit();
    pub(crate) fn rust_helper_within_module(addr: *const c_void, module: *const c_void) -> bool;
}
