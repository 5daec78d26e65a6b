// SPDX-License-Identifier: GPL-2.0

//! The C functions that calls need, in `rust/helpers/`; see `kernel/helpers.rs`.

use kernel::{
    bindings,
    ffi::{
        c_int,
        c_uint,
        c_ulong,
        c_void, //
    },
};

extern "C" {
    // helpers/deferred.c
    pub(super) fn rust_helper_deferred_start();
    pub(super) fn rust_helper_deferred_stop();
    pub(super) fn rust_helper_deferred_cpu(cpu: c_uint) -> *mut c_void;
    pub(super) fn rust_helper_deferred_in_user(cpu: c_uint) -> bool;
    pub(super) fn rust_helper_deferred_kick(cpu: c_uint) -> c_int;
    pub(super) fn rust_helper_deferred_flush(cpu: c_uint);
    pub(super) fn rust_helper_deferred_flush_here();
    pub(super) fn rust_helper_deferred_arm(cpu: c_uint, delay: c_ulong);

    // helpers/many.c
    pub(super) fn rust_helper_many_send(
        cpu: c_uint,
        csd: *mut bindings::call_single_data_t,
        code: *const *const *const c_void,
    ) -> c_int;
    pub(super) fn rust_helper_many_trace(
        cpu: c_uint,
        csd: *mut bindings::call_single_data_t,
        code: *const *const *const c_void,
    );
    pub(super) fn rust_helper_many_call_mask(
        cpus: *const bindings::cpumask,
        func: unsafe extern "C" fn(*mut c_void),
        info: *mut c_void,
    );
    pub(super) fn rust_helper_many_polls(cpu: c_uint) -> bool;
    pub(super) fn rust_helper_many_nearest(cpus: *const bindings::cpumask) -> c_uint;

    // helpers/percpu.c
    pub(super) fn rust_helper_percpu_alloc(size: usize, align: usize, gfp: c_uint) -> c_ulong;
    pub(super) fn rust_helper_percpu_free(memory: c_ulong);
    pub(super) fn rust_helper_percpu_of(memory: c_ulong, cpu: c_uint) -> *mut c_void;

    // helpers/quiesce.c
    pub(super) fn rust_helper_flush_begin();
    pub(super) fn rust_helper_flush_queue(cpu: c_uint);
    pub(super) fn rust_helper_flush_has_started() -> bool;
    pub(super) fn rust_helper_flush_end();
}
