// SPDX-License-Identifier: GPL-2.0

//! Calls that several CPUs make at the same time.

use super::csd::closure;
use crate::Ops;
use core::cell::UnsafeCell;
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::IdleClosure, //
};
use kernel::{
    cpu::CpuId,
    ffi::{
        c_uint,
        c_void, //
    },
    prelude::*,
    str::CStr, //
};

/// A call from one CPU to another, which waits for the end.
type Call = unsafe extern "C" fn(*mut c_void, c_uint, c_uint);

extern "C" {
    // From bench_c.ko, and c/bench.h there.
    fn bench_rate(senders: c_uint, call: Call, ctx: *mut c_void, n: usize) -> u64;
}

trait Callback: FnMut(&IrqsOff) -> u64 + Send + 'static {}
impl<F: FnMut(&IrqsOff) -> u64 + Send + 'static> Callback for F {}

/// The call of each CPU, while it is idle.
struct Calls<F: Callback>(KVec<UnsafeCell<Option<IdleClosure<F, u64>>>>);

// SAFETY: `bench_rate()` has one thread for each CPU, and each uses the call of its own.
unsafe impl<F: Callback> Send for Calls<F> {}

fn calls<F: Callback>(make: impl Fn() -> Result<IdleClosure<F, u64>>) -> Result<Calls<F>> {
    let mut calls = KVec::new();
    for _ in 0..kernel::cpu::nr_cpu_ids() {
        calls.push(UnsafeCell::new(Some(make()?)), GFP_KERNEL)?;
    }
    Ok(Calls(calls))
}

/// # Safety
///
/// The caller must ensure that `ctx` points to [`Calls`] of this type, in which no other thread
/// uses the call of `from`, and that it may sleep.
unsafe extern "C" fn call<F: Callback>(ctx: *mut c_void, from: c_uint, to: c_uint) {
    // SAFETY: The caller promises that `ctx` points to `Calls`.
    let calls = unsafe { &*ctx.cast::<Calls<F>>() };
    let (Some(cell), Some(cpu)) = (calls.0.get(from as usize), CpuId::from_u32(to)) else {
        return;
    };
    // SAFETY: The caller promises that no other thread uses it.
    let token = unsafe { &mut *cell.get() };
    let Some(idle) = token.take() else { return };
    *token = Some(match idle.call_on(cpu) {
        Ok(in_flight) => {
            let (idle, _) = in_flight.wait(&TaskContext::new());
            idle
        }
        Err(refused) => refused.token,
    });
}

fn add_rate<F: Callback>(
    ops: &mut Ops,
    name: &'static CStr,
    senders: c_uint,
    mut calls: Calls<F>,
) -> Result {
    ops.add(name, move |n| {
        let ctx = core::ptr::from_mut(&mut calls);
        // SAFETY: `ctx` points to `Calls` of this type until this returns, and no other operation
        // uses it. `bench_rate()` calls `call` in kworkers, one for each CPU.
        unsafe { bench_rate(senders, call::<F>, ctx.cast(), n) }
    })
}

pub(crate) fn add(ops: &mut Ops) -> Result {
    add_rate(ops, c"rs_rate_1", 1, calls(closure)?)?;
    add_rate(ops, c"rs_rate_2", 2, calls(closure)?)?;
    add_rate(ops, c"rs_rate_4", 4, calls(closure)?)?;
    add_rate(ops, c"rs_rate_8", 8, calls(closure)?)?;
    add_rate(ops, c"rs_rate_all", 0, calls(closure)?)
}
