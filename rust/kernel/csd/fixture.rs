// SPDX-License-Identifier: GPL-2.0

//! What KUnit tests share whose code runs in interrupt context.

use kernel::{
    bindings,
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    cpumask::Cpumask,
    prelude::*,
    sync::{
        atomic::{
            ordering::{
                Acquire,
                Relaxed,
                Release, //
            },
            Atomic, //
        },
        Arc, //
    },
    task::might_sleep,
    time::{
        delay::fsleep,
        Delta,
        Instant,
        Monotonic, //
    },
    workqueue::system, //
};

/// What callbacks and their test tell each other.
pub(crate) struct Seen {
    pub(crate) started: Atomic<u32>,
    /// The callbacks may return.
    pub(crate) go: Atomic<u32>,
    pub(crate) dropped: Atomic<u32>,
}

impl Seen {
    pub(crate) fn new(go: u32) -> Result<Arc<Self>> {
        let seen = Self {
            started: Atomic::new(0),
            go: Atomic::new(go),
            dropped: Atomic::new(0),
        };
        Ok(Arc::new(seen, GFP_KERNEL)?)
    }

    /// Waits until the workqueue has dropped `count` payloads. No more may follow.
    pub(crate) fn dropped(&self, count: u32) -> bool {
        reaches(&self.dropped, count);
        fsleep(Delta::from_millis(10));
        self.dropped.load(Relaxed) == count
    }
}

/// What a call owns, or returns. It is dropped in process context.
pub(crate) struct Payload(pub(crate) Arc<Seen>);

impl Drop for Payload {
    fn drop(&mut self) {
        might_sleep();
        self.0.dropped.fetch_add(1, Relaxed);
    }
}

/// Waits until a number is this large, for 10 seconds at most. Returns whether it is.
pub(crate) fn reaches(number: &Atomic<u32>, count: u32) -> bool {
    for _ in 0..10_000 {
        if number.load(Acquire) >= count {
            return true;
        }
        fsleep(Delta::from_millis(1));
    }
    false
}

/// Sleeps for about 50 ms, which a callback that spins cannot keep from ending: short sleeps are
/// hrtimers of this CPU. A long one is a timer that may be left to the CPU which spins.
pub(crate) fn nap() {
    for _ in 0..50 {
        fsleep(Delta::from_millis(1));
    }
}

/// Lets callbacks return after a nap, while this task waits for them. A worker of this CPU does so:
/// one that spins may look idle. If it cannot be given the work they may return at once.
pub(crate) fn go_after_nap(seen: &Arc<Seen>) -> Result {
    let other = seen.clone();
    let spawned = system().try_spawn(GFP_KERNEL, move || {
        nap();
        other.go.store(1, Release);
    });
    if spawned.is_err() {
        seen.go.store(1, Release);
    }
    Ok(spawned?)
}

/// Spins until `is_over`, for 10 seconds at most: with interrupts off, and another CPU may wait for
/// this one.
pub(crate) fn spin_until(is_over: impl Fn() -> bool) {
    let begin = Instant::<Monotonic>::now();
    while !is_over() && begin.elapsed() < Delta::from_secs(10) {
        core::hint::spin_loop();
    }
}

pub(crate) fn cpus() -> impl Iterator<Item = CpuId> {
    (0..nr_cpu_ids()).filter_map(CpuId::from_u32)
}

pub(crate) fn is_online(cpu: CpuId) -> bool {
    // SAFETY: The mask is a static of the kernel, whose bits may change at any time.
    unsafe { Cpumask::from_raw(&raw const bindings::__cpu_online_mask) }.test(cpu)
}

/// As `kunit_skip()` does.
#[inline]
pub(crate) fn skip() {
    // SAFETY: This is the thread of a test, whose result it alone sets.
    unsafe { (*bindings::kunit_get_current_test()).status = bindings::kunit_status_KUNIT_SKIPPED };
}

/// What an NMI does, as far as `in_nmi()` tells one. Interrupts are off, too.
#[cfg(CONFIG_DEBUG_PREEMPT)]
pub(crate) fn in_nmi<R>(f: impl FnOnce() -> R) -> R {
    // As in `nmi_enter()`.
    const COUNT: i32 = (bindings::NMI_OFFSET + bindings::HARDIRQ_OFFSET) as i32;

    let _interrupts = kernel::interrupt::local_interrupt_disable();
    // SAFETY: Interrupts are off, and the count is what it was before this returns.
    unsafe { bindings::preempt_count_add(COUNT) };
    let outcome = f();
    // SAFETY: Interrupts are off, and this takes back what was added.
    unsafe { bindings::preempt_count_sub(COUNT) };
    outcome
}
