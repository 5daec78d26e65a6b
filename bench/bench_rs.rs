// SPDX-License-Identifier: GPL-2.0

//! What crosscall's operations cost: `bench_c` measures them, and has their C twins.

use core::cell::UnsafeCell;
use crosscall::context::IrqsOff;
use kernel::{
    cpu::CpuId,
    error::to_result,
    ffi::{
        c_char,
        c_int,
        c_uint,
        c_void, //
    },
    prelude::*,
    str::CStr, //
};

mod rs;

module! {
    type: Bench,
    name: "bench_rs",
    authors: ["crosscall developers"],
    description: "Measures crosscall's calls between CPUs",
    license: "GPL v2",
}

/// An operation: the ticks that so many of it took.
type Run = unsafe extern "C" fn(*mut c_void, usize) -> u64;

extern "C" {
    // From bench_c.ko, and c/bench.h there.
    fn bench_add(owner: *const c_void, name: *const c_char, run: Run, ctx: *mut c_void) -> c_int;
    fn bench_remove(owner: *const c_void);
    fn bench_cpus(here: *mut c_uint, other: *mut c_uint);
    #[cfg(not(CONFIG_X86_64))]
    fn ktime_get_mono_fast_ns() -> u64;
}

/// The clock of `bench_c`.
#[cfg(CONFIG_X86_64)]
#[inline(always)]
fn ticks() -> u64 {
    let (low, high): (u32, u32);
    // SAFETY: Reads a counter, and touches no memory of ours. As C's, it is a barrier to the
    // compiler.
    unsafe { core::arch::asm!("rdtsc", out("eax") low, out("edx") high, options(nostack)) };
    u64::from(high) << 32 | u64::from(low)
}

#[cfg(not(CONFIG_X86_64))]
#[inline(always)]
fn ticks() -> u64 {
    // SAFETY: Always safe to call.
    unsafe { ktime_get_mono_fast_ns() }
}

/// C's `barrier()`.
#[inline(always)]
fn barrier() {
    // SAFETY: No instruction.
    unsafe { core::arch::asm!("") };
}

/// A plain variable, as C's twins have them. The kernel's atomics are function calls, relaxed ones
/// too.
struct Count(UnsafeCell<u64>);

// SAFETY: One CPU at a time adds to it, while another may read it. As in C, the compiler stores an
// aligned word at once.
unsafe impl Sync for Count {}

impl Count {
    const fn new() -> Self {
        Self(UnsafeCell::new(0))
    }

    #[inline(always)]
    fn add(&self, n: u64) {
        // SAFETY: The pointer is valid, and no other CPU writes.
        unsafe { *self.0.get() = (*self.0.get()).wrapping_add(n) };
    }

    #[inline(always)]
    fn get(&self) -> u64 {
        // SAFETY: The pointer is valid; a CPU that writes meanwhile stores the word at once.
        unsafe { self.0.get().read_volatile() }
    }
}

static SUM: Count = Count::new();

/// Uses the result of an operation.
#[inline(always)]
fn note(result: u64) {
    SUM.add(result);
}

/// The operations of this module.
struct Ops {
    /// Keeps what `bench_c` points to.
    ops: KVec<KBox<dyn Op>>,
    here: CpuId,
    other: CpuId,
}

// SAFETY: Shared references give no access to the operations.
unsafe impl Sync for Ops {}

trait Op: Send {}
impl<F: Send> Op for F {}

impl Ops {
    fn new() -> Result<Self> {
        let (mut here, mut other) = (0, 0);
        // SAFETY: Both point to variables of this function.
        unsafe { bench_cpus(&raw mut here, &raw mut other) };
        Ok(Self {
            ops: KVec::new(),
            here: CpuId::from_u32(here).ok_or(ENODEV)?,
            other: CpuId::from_u32(other).ok_or(ENODEV)?,
        })
    }

    fn owner(&self) -> *const c_void {
        core::ptr::from_ref(&SUM).cast()
    }

    fn add<F: FnMut(usize) -> u64 + Send + 'static>(
        &mut self,
        name: &'static CStr,
        f: F,
    ) -> Result {
        /// # Safety
        ///
        /// The caller must ensure that `ctx` points to an `F` to which there is no other reference.
        unsafe extern "C" fn run<F: FnMut(usize) -> u64>(ctx: *mut c_void, n: usize) -> u64 {
            // SAFETY: The caller promises that `ctx` points to an `F` without another reference.
            // (`bench_c` calls this with the `ctx` that came with it, until `bench_remove()`, one
            // operation at a time.)
            unsafe { (*ctx.cast::<F>())(n) }
        }
        let mut f = KBox::new(f, GFP_KERNEL)?;
        let ctx = core::ptr::from_mut(&mut *f);
        self.ops.push(f, GFP_KERNEL)?;
        // SAFETY: The name is static. `self.ops` keeps what `ctx` points to until `drop()` has
        // removed the operation.
        to_result(unsafe { bench_add(self.owner(), name.as_char_ptr(), run::<F>, ctx.cast()) })
    }
}

impl Drop for Ops {
    fn drop(&mut self) {
        // SAFETY: Always safe to call.
        unsafe { bench_remove(self.owner()) };
    }
}

/// Times a loop of operations, each of which takes the token that the one before gave back.
#[inline(always)]
fn each<S>(token: &mut Option<S>, n: usize, mut op: impl FnMut(S) -> S) -> u64 {
    let Some(mut s) = token.take() else { return 0 };
    let start = ticks();
    let mut i = 0;
    while i < n {
        s = op(s);
        i += 1;
    }
    let t = ticks() - start;
    *token = Some(s);
    t
}

/// The same for operations without a token.
#[inline(always)]
fn repeat(n: usize, mut op: impl FnMut()) -> u64 {
    each(&mut Some(()), n, |()| op())
}

/// Times what the sender alone does, interrupts off, `n` times; `rest` waits for the call.
#[inline(always)]
fn post<S, P>(
    token: &mut Option<S>,
    n: usize,
    mut op: impl FnMut(S) -> P,
    mut rest: impl FnMut(P) -> S,
) -> u64 {
    let mut all = 0;
    for _ in 0..n {
        let Some(s) = token.take() else { return 0 };
        let posted = IrqsOff::with(|_| {
            let start = ticks();
            let posted = op(s);
            all += ticks() - start;
            posted
        });
        *token = Some(rest(posted));
    }
    all
}

struct Bench {
    _ops: Ops,
}

impl kernel::Module for Bench {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let mut ops = Ops::new()?;
        ops.add(c"rs_empty", |n| repeat(n, barrier))?;
        rs::csd::add(&mut ops)?;
        rs::irq_work::add(&mut ops)?;
        rs::many::add(&mut ops)?;
        rs::shared::add(&mut ops)?;
        rs::quiesce::add(&mut ops)?;
        rs::rate::add(&mut ops)?;
        rs::deferred::add(&mut ops)?;
        rs::sizes::add(&mut ops)?;
        Ok(Self { _ops: ops })
    }
}
