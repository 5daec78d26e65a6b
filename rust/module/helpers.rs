// SPDX-License-Identifier: GPL-2.0

//! The C functions that the shell needs, in `rust/helpers/`; see `kernel/helpers.rs`.

use kernel::ffi::{
    c_char,
    c_int,
    c_uint,
    c_ulong,
    c_void, //
};

/// What a walk does next. The numbers of `enum registry_step` in `rust/helpers/registry.c`.
#[repr(u32)]
pub(super) enum Step {
    /// To the next object.
    Next = 0,
    /// To this one again, if it is still there, after a pause.
    Again = 1,
    /// The object leaves the registry; then to the next one.
    Remove = 2,
    /// The walk ends.
    Stop = 3,
}

pub(super) type Visit = unsafe extern "C" fn(*mut c_void, *mut c_void) -> Step;
pub(super) type Between = unsafe extern "C" fn(*mut c_void);

extern "C" {
    // helpers/client.c
    pub(super) static rust_helper_gone_callback: u8;
    pub(super) fn rust_helper_client_coming(module: *const c_void) -> c_int;
    pub(super) fn rust_helper_client_is_foreign(
        object: *const c_void,
        vtable: *const c_void,
        ours: *const c_void,
    ) -> bool;
    pub(super) fn rust_helper_client_use(callback: *const c_void);
    pub(super) fn rust_helper_client_going(module: *const c_void) -> *mut c_void;
    pub(super) fn rust_helper_client_close(client: *mut c_void);
    pub(super) fn rust_helper_client_gone(client: *mut c_void, objects_left: bool);
    pub(super) fn rust_helper_clients_free();
    pub(super) fn rust_helper_client_name(client: *mut c_void) -> *const c_char;
    pub(super) fn rust_helper_client_keep(code: *const *const *const c_void) -> *mut c_void;
    pub(super) fn rust_helper_client_release(client: *mut c_void);
    pub(super) fn rust_helper_client_is_kept(client: *mut c_void) -> bool;
    pub(super) fn rust_helper_client_keeps(client: *mut c_void) -> c_int;
    pub(super) fn rust_helper_within_module(addr: *const c_void, module: *const c_void) -> bool;

    // helpers/count.c
    pub(super) fn rust_helper_csd_count_queued(n: c_ulong);
    pub(super) fn rust_helper_csd_count_ran(call: *const c_void);
    pub(super) fn rust_helper_csd_trace_done(call: *const c_void);
    pub(super) fn rust_helper_irq_work_count_queued(
        work: *const c_void,
        cpu: c_uint,
        code: *const *const *const c_void,
    );
    pub(super) fn rust_helper_irq_work_count_coalesced(work: *const c_void);
    pub(super) fn rust_helper_irq_work_count_ran(work: *const c_void);

    // helpers/debugfs.c
    pub(super) fn rust_helper_debugfs_add();
    pub(super) fn rust_helper_debugfs_remove();

    // helpers/reaper.c
    pub(super) fn rust_helper_client_is_quiet(client: *mut c_void) -> bool;
    pub(super) fn rust_helper_reap_init() -> c_int;
    pub(super) fn rust_helper_reap_exit();
    pub(super) fn rust_helper_reap_flush() -> bool;

    // helpers/registry.c
    pub(super) fn rust_helper_registry_add(entry: *mut c_void, callback: *const c_void);
    pub(super) fn rust_helper_registry_is_new(entry: *const c_void) -> bool;
    pub(super) fn rust_helper_registry_add_unless_nmi(entry: *mut c_void, callback: *const c_void);
    pub(super) fn rust_helper_registry_del(entry: *mut c_void);
    pub(super) fn rust_helper_registry_longest() -> u32;
    pub(super) fn rust_helper_registry_walk(client: *mut c_void, visit: Visit, data: *mut c_void);
    pub(super) fn rust_helper_registry_walk_all(visit: Visit, between: Between, data: *mut c_void);

    // helpers/stats.c
    pub(super) fn rust_helper_csd_count_refused(call: *const c_void, cpu: c_uint, err: c_int);
    pub(super) fn rust_helper_csd_count_stalled(cpu: c_uint);
    pub(super) fn rust_helper_irq_work_count_refused(work: *const c_void, cpu: c_uint, err: c_int);
    pub(super) fn rust_helper_quiesce_count_replaced();
    pub(super) fn rust_helper_quiesce_count_flushed();
    pub(super) fn rust_helper_stat_name(which: c_uint) -> *const c_char;
    pub(super) fn rust_helper_stat(cpu: c_uint, which: c_uint) -> c_ulong;

    // helpers/unload.c
    pub(super) fn rust_helper_unload_gate_enter(code: *const *const *const c_void) -> bool;
    pub(super) fn rust_helper_unload_gate_enter_of(callback: *const c_void) -> bool;
    pub(super) fn rust_helper_unload_gate_enter_for_ipi(code: *const *const *const c_void)
        -> c_int;
    pub(super) fn rust_helper_unload_gate_exit();
}
