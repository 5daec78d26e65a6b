// SPDX-License-Identifier: GPL-2.0

//! What the test modules share: KTAP results in the kernel log, threads, and a look at the
//! context.

#![allow(dead_code, reason = "no test needs all of it")]

use core::{
    borrow::Borrow,
    marker::PhantomData,
    mem::MaybeUninit,
    pin::Pin, //
};
use kernel::{
    bindings,
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    cpumask::{
        Cpumask,
        CpumaskVar, //
    },
    error::{
        from_err_ptr,
        to_result, //
    },
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*,
    sync::{
        atomic::{
            ordering::{
                Acquire,
                Full,
                Relaxed,
                Release, //
            },
            Atomic, //
        },
        Arc,
        Completion, //
    },
    task::Task,
};

extern "C" {
    // From crosscall.ko.
    fn rust_helper_irqs_disabled() -> bool;
    fn rust_helper_may_sleep() -> bool;
}

/// Whether interrupts are off here.
pub(crate) fn irqs_disabled() -> bool {
    // SAFETY: Always safe to call.
    unsafe { rust_helper_irqs_disabled() }
}

/// All CPU numbers, those of absent CPUs included.
pub(crate) fn all_cpus() -> impl Iterator<Item = CpuId> {
    (0..nr_cpu_ids()).filter_map(CpuId::from_u32)
}

/// The CPUs that are online now.
pub(crate) fn online_cpus() -> impl Iterator<Item = CpuId> {
    all_cpus().filter(|&cpu| is_online(cpu))
}

pub(crate) fn is_online(cpu: CpuId) -> bool {
    // SAFETY: The mask is there for good; a racy read is fine.
    unsafe { Cpumask::from_raw(&raw const bindings::__cpu_online_mask) }.test(cpu)
}

/// Keeps this CPU busy. By the clock: `udelay()` is as good as the boot's calibration, which fails
/// on emulated CPUs.
pub(crate) fn spin_ns(ns: u64) {
    let since = now_ns();
    while now_ns().saturating_sub(since) < ns {
        core::hint::spin_loop();
    }
}

/// The same, in milliseconds.
pub(crate) fn spin_ms(ms: u32) {
    spin_ns(u64::from(ms) * 1_000_000);
}

/// Waits in a callback, but not for ever: whether the condition was met. The limit is for tests
/// that fail; until then the other side has to act, however slow its CPU is.
pub(crate) fn spin_until(condition: impl Fn() -> bool) -> bool {
    spin_for(2000, condition)
}

fn spin_for(ms: u64, condition: impl Fn() -> bool) -> bool {
    let limit = now_ms() + ms;
    while !condition() {
        if now_ms() > limit {
            return false;
        }
        core::hint::spin_loop();
    }
    true
}

/// The result of a test that looks at a condition alone.
pub(crate) fn holds(condition: bool) -> Result {
    condition.then_some(()).ok_or(EIO)
}

/// How often a CPU was not let go.
static NOT_LET_GO: Atomic<u32> = Atomic::new(0);

/// Holds a CPU for a test, in a callback, until the condition is met. If it never is, then what
/// must not wait for that CPU has done so: [`Report::result`] fails the test.
pub(crate) fn hold_until(condition: impl Fn() -> bool) {
    if !spin_for(5000, condition) {
        NOT_LET_GO.fetch_add(1, Relaxed);
    }
}

/// The same as a result, which is said in the log. For any context: it polls.
pub(crate) fn started(what: &str, condition: impl Fn() -> bool) -> Result {
    if spin_until(condition) {
        return Ok(());
    }
    pr_err!("{what} has not started within 2 s\n");
    Err(ETIMEDOUT)
}

/// Calls `f` with how long to wait for something that cannot be seen, in milliseconds, until that
/// was long enough.
pub(crate) fn patiently(f: impl Fn(u32) -> Result) -> Result {
    f(50).or_else(|_| f(500)).or_else(|_| f(5000))
}

/// The value of a module parameter: Linux 7.2 hands out a reference, 7.3 the value.
pub(crate) fn param<T: Copy>(value: impl Borrow<T>) -> T {
    *value.borrow()
}

/// Waits in a task, but not for ever. The limit is for tests that fail, as in [`spin_until`].
pub(crate) fn sleep_until(mut condition: impl FnMut() -> bool) -> Result {
    let limit = now_ms() + 15_000;
    while !condition() {
        if now_ms() > limit {
            return Err(ETIMEDOUT);
        }
        sleep_ms(1);
    }
    Ok(())
}

/// Sleeps. By a timer of this CPU: those of `msleep()` may be left to a CPU that a test holds.
pub(crate) fn sleep_ms(ms: u32) {
    let us = ms as usize * 1000;
    // SAFETY: Test modules call this in process context.
    unsafe { bindings::usleep_range_state(us, us + us / 4, bindings::TASK_UNINTERRUPTIBLE) };
}

/// Nanoseconds since boot.
pub(crate) fn now_ns() -> u64 {
    // SAFETY: Always safe to call.
    unsafe { bindings::ktime_get_mono_fast_ns() }
}

/// Milliseconds since boot.
pub(crate) fn now_ms() -> u64 {
    now_ns() / 1_000_000
}

/// Makes `seen` at least `number`: callbacks on other CPUs may have seen more.
pub(crate) fn raise(seen: &Atomic<u64>, number: u64) {
    let mut old = seen.load(Relaxed);
    while old < number {
        match seen.cmpxchg(old, number, Full) {
            Ok(_) => break,
            Err(now) => old = now,
        }
    }
}

/// Numbers that depend on nothing but the first one, which is not 0.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

/// Prints results for `selftests/lib.sh` to find in the log.
pub(crate) struct Report {
    count: usize,
    failed: usize,
}

impl Report {
    pub(crate) fn new(plan: usize) -> Self {
        pr_info!("ktap: 1..{plan}\n");
        Self {
            count: 0,
            failed: 0,
        }
    }

    /// For what cannot be tried here.
    pub(crate) fn skip(&mut self, name: &str, why: &str) {
        self.count += 1;
        pr_info!("ktap: ok {} {name} # SKIP {why}\n", self.count);
    }

    pub(crate) fn result(&mut self, name: &str, result: Result) {
        self.count += 1;
        let was_let_go = match NOT_LET_GO.xchg(0, Relaxed) {
            0 => Ok(()),
            held => {
                pr_info!("ktap: # a CPU was held until the end of patience, {held} times\n");
                Err(ETIMEDOUT)
            }
        };
        match result.and(was_let_go) {
            Ok(()) => pr_info!("ktap: ok {} {name}\n", self.count),
            Err(error) => {
                self.failed += 1;
                pr_info!("ktap: not ok {} {name} # {error:?}\n", self.count);
            }
        }
    }
}

/// Fails a test function with the place.
#[macro_export]
macro_rules! check {
    ($cond:expr) => {
        if !$cond {
            pr_info!("ktap: # {}:{}: {}\n", file!(), line!(), stringify!($cond));
            return Err(EIO);
        }
    };
}

/// Counts drops, and those that happen where one may not sleep.
pub(crate) struct Drops {
    all: Atomic<u32>,
    atomic: Atomic<u32>,
}

impl Drops {
    pub(crate) fn new() -> Result<Arc<Self>> {
        Ok(Arc::new(
            Self {
                all: Atomic::new(0),
                atomic: Atomic::new(0),
            },
            GFP_KERNEL,
        )?)
    }

    pub(crate) fn counts(&self) -> (u32, u32) {
        (self.all.load(Acquire), self.atomic.load(Relaxed))
    }
}

pub(crate) struct Dropped(pub(crate) Arc<Drops>);

impl Drop for Dropped {
    fn drop(&mut self) {
        // SAFETY: Always safe to call.
        let atomic = !unsafe { rust_helper_may_sleep() };
        // First: a task that sees all of them sees this.
        self.0.atomic.fetch_add(u32::from(atomic), Relaxed);
        self.0.all.fetch_add(1, Release);
    }
}

/// Waits until `n` drops have happened, all where one may sleep.
pub(crate) fn reaped(drops: &Drops, n: u32) -> bool {
    let _ = sleep_until(|| drops.counts().0 == n);
    drops.counts() == (n, 0)
}

/// Where a box lies between two callbacks; it stays there if nobody takes it. A lock would have to
/// be a raw one, which Rust does not have.
//
// `Sync` whatever `T` is, else a `T` that owns its seat could not be: `put()` asks for `Send`.
pub(crate) struct Seat<T>(Atomic<usize>, PhantomData<fn() -> T>);

impl<T> Seat<T> {
    pub(crate) const fn new() -> Self {
        Self(Atomic::new(0), PhantomData)
    }

    pub(crate) fn put(&self, it: KBox<T>)
    where
        T: Send,
    {
        self.0.store(KBox::into_raw(it) as usize, Release);
    }

    /// Spins until somebody has put it there, but not for ever: nobody may.
    pub(crate) fn take(&self) -> Option<KBox<T>> {
        started("the one that fills a seat", || self.0.load(Relaxed) != 0).ok()?;
        let it = self.0.xchg(0, Full) as *mut T;
        // SAFETY: From `put()`, and nobody else got it.
        (!it.is_null()).then(|| unsafe { KBox::from_raw(it) })
    }
}

/// A number that a module parameter gives, in a range.
pub(crate) fn number_param(name: &str, value: u32, min: u32, max: u32) -> Result<u32> {
    if !(min..=max).contains(&value) {
        pr_err!("{name}={value}: must be {min} to {max}\n");
        return Err(EINVAL);
    }
    Ok(value)
}

/// A CPU that a module parameter names, in whatever state it is.
pub(crate) fn cpu_param(name: &str, value: i32) -> Result<CpuId> {
    CpuId::from_i32(value).ok_or_else(|| {
        pr_err!("{name}={value}: there is no such CPU\n");
        EINVAL
    })
}

/// The same; -1 is the last one that is online.
pub(crate) fn cpu_or_last(name: &str, value: i32) -> Result<CpuId> {
    if value == -1 {
        return online_cpus().last().ok_or(ENODEV);
    }
    cpu_param(name, value)
}

/// One that is online.
pub(crate) fn online_cpu_param(name: &str, value: i32) -> Result<CpuId> {
    let cpu = cpu_param(name, value)?;
    if !online_cpus().any(|online| online == cpu) {
        pr_err!("{name}={value}: this CPU is not online\n");
        return Err(EINVAL);
    }
    Ok(cpu)
}

/// One that is not; -1 is any.
pub(crate) fn offline_cpu_param(name: &str, value: i32) -> Result<CpuId> {
    let is_offline = |cpu: &CpuId| online_cpus().all(|online| online != *cpu);
    if value == -1 {
        return all_cpus().filter(is_offline).last().ok_or_else(|| {
            pr_err!("{name}={value}: needs a CPU that is offline\n");
            ENODEV
        });
    }
    let cpu = cpu_param(name, value)?;
    if !is_offline(&cpu) {
        pr_err!("{name}={value}: this CPU is not offline\n");
        return Err(EINVAL);
    }
    Ok(cpu)
}

/// Keeps the current task on the CPU that it is on.
struct Stay {
    cpus: CpumaskVar,
}

impl Stay {
    fn new() -> Result<(Self, CpuId)> {
        let mut cpus = CpumaskVar::new_zero(GFP_KERNEL)?;
        let mut only = CpumaskVar::new_zero(GFP_KERNEL)?;
        let here = CpuId::current();
        only.set(here);
        // SAFETY: The current task is there until this ends. If its mask changes meanwhile, some of
        // the CPUs are those of before; a test loses nothing by that.
        unsafe { Cpumask::from_raw(&raw const (*Task::current_raw()).cpus_mask) }.copy(&mut cpus);
        Self::bind(&only)?;
        Ok((Self { cpus }, here))
    }

    fn bind(cpus: &Cpumask) -> Result {
        // SAFETY: The task is the current one, in process context; the function reads the mask.
        to_result(unsafe { bindings::set_cpus_allowed_ptr(Task::current_raw(), cpus.as_raw()) })
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        // The CPUs may be gone; then the task stays where it is.
        let _ = Self::bind(&self.cpus);
    }
}

/// The CPUs of a test, all of them online: the one that the task is on, where this keeps it, and
/// `N` others.
//
// A test module may be loaded by hand, on any CPU. Some queue a call and then do what its callback
// waits for: on the CPU of that callback this would never come.
pub(crate) struct Cpus<const N: usize> {
    pub(crate) here: CpuId,
    pub(crate) others: [CpuId; N],
    _stay: Stay,
}

impl<const N: usize> Cpus<N> {
    /// Process context. The others by module parameters and their names; -1 is any CPU.
    pub(crate) fn new(params: [(&str, i32); N]) -> Result<Self> {
        let (_stay, here) = Stay::new()?;
        let mut others = [here; N];
        for (n, (name, value)) in params.into_iter().enumerate() {
            if value != -1 {
                others[n] = online_cpu_param(name, value)?;
                if others[n] == here || others[..n].contains(&others[n]) {
                    pr_err!("{name}={value}: must be another CPU than the others and this one\n");
                    return Err(EINVAL);
                }
            }
        }
        for n in (0..N).filter(|&n| params[n].1 == -1) {
            others[n] = online_cpus()
                .find(|cpu| *cpu != here && !others.contains(cpu))
                .ok_or_else(|| {
                    let online = online_cpus().count();
                    pr_err!("needs {} CPUs online, there are {online}\n", N + 1);
                    ENODEV
                })?;
        }
        Ok(Self {
            here,
            others,
            _stay,
        })
    }
}

/// `MaybeUninit` without a copy on the stack.
pub(crate) trait UninitInPlace: Sized {
    fn uninit_in_place() -> impl PinInit<Self>;
}

impl<T> UninitInPlace for MaybeUninit<T> {
    fn uninit_in_place() -> impl PinInit<Self> {
        // SAFETY: Any bytes are a `MaybeUninit`.
        unsafe { pin_init::pin_init_from_closure(|_slot: *mut Self| Ok(())) }
    }
}

/// Defines `TESTS`, functions with their names, which all take the same arguments.
#[macro_export]
macro_rules! tests {
    (($($arg:ty),*) $($test:ident,)*) => {
        const TESTS: &[(&str, fn($($arg),*) -> Result)] = &[$((stringify!($test), $test),)*];
    };
}

/// Runs `f` in a thread on each of `cpus`, all at once, and waits for them.
pub(crate) fn in_threads<F>(cpus: impl Iterator<Item = CpuId>, f: F) -> Result
where
    F: Fn(CpuId) + Sync,
{
    in_threads_while(|| false, cpus, f)
}

/// The same, if `f` may go on for long while a condition holds: the kernel reports a task that has
/// waited for two minutes without having run.
pub(crate) fn in_threads_while<F>(
    goes_on: impl Fn() -> bool,
    cpus: impl Iterator<Item = CpuId>,
    f: F,
) -> Result
where
    F: Fn(CpuId) + Sync,
{
    let mut threads = KVec::new();
    for cpu in cpus {
        threads.push(Thread::start(cpu, &f)?, GFP_KERNEL)?;
    }
    while goes_on() {
        sleep_ms(100);
    }
    // Dropping a thread waits for it.
    Ok(())
}

/// A thread bound to a CPU, which runs a function once. Dropping this waits for it.
#[pin_data(PinnedDrop)]
pub(crate) struct Thread<F: Fn(CpuId) + Sync> {
    f: F,
    cpu: CpuId,
    task: Atomic<usize>,
    #[pin]
    done: Completion,
}

impl<F: Fn(CpuId) + Sync> Thread<F> {
    /// Must not be leaked unless `F` is `'static` and the module stays.
    pub(crate) fn start(cpu: CpuId, f: F) -> Result<Pin<KBox<Self>>> {
        let this = KBox::pin_init(
            pin_init!(Self {
                f,
                cpu,
                task: Atomic::new(0),
                done <- Completion::new(),
            }),
            GFP_KERNEL,
        )?;
        // SAFETY: `main` gets the pointer that it asks for; `drop()` stops the thread.
        let task = from_err_ptr(unsafe {
            bindings::kthread_create_on_node(
                Some(Self::main),
                core::ptr::from_ref(&*this).cast_mut().cast(),
                bindings::NUMA_NO_NODE,
                c"crosscall_test/%u".as_char_ptr(),
                cpu.as_u32(),
            )
        })
        .inspect_err(|_| this.done.complete_all())?;
        this.task.store(task as usize, Relaxed);
        // SAFETY: The thread is new and has not run.
        unsafe {
            bindings::kthread_bind(task, cpu.as_u32());
            bindings::wake_up_process(task);
        }
        Ok(this)
    }

    /// # Safety
    ///
    /// The caller must ensure that `data` points to a `Self` that stays until the thread has been
    /// stopped.
    unsafe extern "C" fn main(data: *mut c_void) -> c_int {
        // SAFETY: The caller promises that `data` points to a `Self`, which stays until this thread
        // has been stopped.
        let this = unsafe { &*data.cast_const().cast::<Self>() };
        (this.f)(this.cpu);
        this.done.complete_all();
        // SAFETY: We are a kthread.
        while !unsafe { bindings::kthread_should_stop() } {
            sleep_ms(1);
        }
        0
    }
}

#[pinned_drop]
impl<F: Fn(CpuId) + Sync> PinnedDrop for Thread<F> {
    fn drop(self: Pin<&mut Self>) {
        self.done.wait_for_completion();
        let task = self.task.load(Relaxed) as *mut bindings::task_struct;
        if !task.is_null() {
            // SAFETY: The thread goes on until it is stopped, here.
            unsafe { bindings::kthread_stop(task) };
        }
    }
}
