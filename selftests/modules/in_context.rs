// SPDX-License-Identifier: GPL-2.0

//! Runs functions of a test module in any execution context on any CPU: the Rust side of
//! `contexts.ko`.
//!
//! In NMI context a function may not take locks, print or wake anyone.

#![allow(dead_code, reason = "no test needs all of it")]

use kernel::{
    cpu::CpuId,
    error::to_result,
    ffi::{
        c_int,
        c_uint,
        c_ulong,
        c_void, //
    },
    prelude::*,
};

type Callback = unsafe extern "C" fn(*mut c_void);

extern "C" {
    // From contexts.ko.
    fn crosscall_test_run_in(
        context: c_uint,
        cpu: c_uint,
        limit_ms: c_uint,
        callback: Option<Callback>,
        data: *mut c_void,
    ) -> c_int;
    fn crosscall_test_set_nmi(callback: Option<Callback>, data: *mut c_void) -> c_int;
    fn crosscall_test_send_nmi(cpu: c_uint) -> c_int;
    fn crosscall_test_nmis() -> c_ulong;
    fn crosscall_test_context() -> c_uint;
    fn crosscall_test_set_killed(killed: bool);
}

/// An execution context; `contexts.c` has the same numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Context {
    Task,
    Softirq,
    Hardirq,
    Nmi,
}

impl Context {
    pub(crate) const ALL: [Self; 4] = [Self::Task, Self::Softirq, Self::Hardirq, Self::Nmi];

    /// The context that we are in.
    pub(crate) fn current() -> Self {
        // SAFETY: Always safe to call.
        Self::ALL[unsafe { crosscall_test_context() } as usize]
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Task => "task",
            Self::Softirq => "softirq",
            Self::Hardirq => "hardirq",
            Self::Nmi => "nmi",
        }
    }
}

/// Runs `body` in a task that has got a fatal signal, and takes that back. From task context.
pub(crate) fn while_killed<R>(body: impl FnOnce() -> R) -> R {
    // SAFETY: This is task context, which the signal is for.
    unsafe { crosscall_test_set_killed(true) };
    let result = body();
    // SAFETY: This is the same task.
    unsafe { crosscall_test_set_killed(false) };
    result
}

/// Runs `f` once in `context` on `cpu`, and waits for it. After an error it has not run and never
/// will: `ENXIO` if `cpu` is not online, `EOPNOTSUPP` if there are no such contexts,
/// `ETIMEDOUT` if the context was not reached within 5 s.
///
/// From task context; `f` must not wait for CPU hotplug.
pub(crate) fn run_in<F: FnMut() + Send>(context: Context, cpu: CpuId, f: F) -> Result {
    run_within(5000, context, cpu, f)
}

/// The same with another limit.
pub(crate) fn run_within<F: FnMut() + Send>(
    limit_ms: u32,
    context: Context,
    cpu: CpuId,
    mut f: F,
) -> Result {
    /// # Safety
    ///
    /// The caller must ensure that `data` points to an `F` that no other code uses.
    unsafe extern "C" fn callback<F: FnMut()>(data: *mut c_void) {
        // SAFETY: The caller promises that `data` points to an `F` that no other code uses.
        unsafe { (*data.cast::<F>())() }
    }

    // SAFETY: `f` is borrowed until this returns, and the callback is not called afterwards. It is
    // called once, and `F` may be used on another CPU.
    to_result(unsafe {
        crosscall_test_run_in(
            context as c_uint,
            cpu.as_u32(),
            limit_ms,
            Some(callback::<F>),
            (&raw mut f).cast(),
        )
    })
}

/// While `body` runs, `f` is called in every NMI that [`send_nmi()`] and [`run_in()`] raise, on
/// the CPU that it hits. `EBUSY` if somebody else does this.
///
/// From task context. `body` must return.
pub(crate) fn each_nmi<F: Fn() + Sync, R>(f: &F, body: impl FnOnce() -> R) -> Result<R> {
    /// # Safety
    ///
    /// The caller must ensure that `data` points to an `F` that no code changes.
    unsafe extern "C" fn callback<F: Fn()>(data: *mut c_void) {
        // SAFETY: The caller promises that `data` points to an `F` that no code changes.
        unsafe { (*data.cast_const().cast::<F>())() }
    }

    let data = core::ptr::from_ref(f).cast_mut().cast();
    // SAFETY: `f` is borrowed until this returns, and may be used on any number of CPUs at once;
    // the kernel does not unwind, so that we get to the end of it.
    to_result(unsafe { crosscall_test_set_nmi(Some(callback::<F>), data) })?;
    let result = body();
    // SAFETY: This ends what the call above began. It waits for the CPUs that run `f`.
    unsafe { crosscall_test_set_nmi(None, core::ptr::null_mut()) };
    Ok(result)
}

/// Sends an NMI to `cpu`, which merges with another one that is pending there. Any context where
/// IPIs may be sent.
pub(crate) fn send_nmi(cpu: CpuId) -> Result {
    // SAFETY: `contexts.ko` handles the NMI. The number is checked.
    to_result(unsafe { crosscall_test_send_nmi(cpu.as_u32()) })
}

/// How many of the NMIs of [`send_nmi()`] and [`run_in()`] have been handled.
pub(crate) fn nmis() -> usize {
    // SAFETY: Always safe to call.
    unsafe { crosscall_test_nmis() as usize }
}
