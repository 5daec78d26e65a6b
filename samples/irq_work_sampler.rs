// SPDX-License-Identifier: GPL-2.0

//! A profiler in miniature: interrupt each CPU at a steady rate, and see what it was doing.
//!
//! A timer on each CPU interrupts whatever runs there. What such an interrupt may do is little: it
//! must not sleep, allocate or print, nor take most locks. So it does what tracing and perf do: it
//! writes a sample to a buffer of its CPU, and queues an irq_work, which reads the buffer as soon
//! as that is allowed, on `PREEMPT_RT` in a thread.
//!
//! ```text
//!   hrtimer, hard interrupt                          irq_work, a thread on PREEMPT_RT
//!   -----------------------                          --------------------------------
//!   sample --> buffer of the CPU ------------------> drained, added up
//!          '-> queue(): Ok(true) ------------------> runs
//!              queue(): Ok(false), pending already:  the run to come sees this sample too
//! ```
//!
//! Loaded, it samples for `ms` milliseconds, prints a table, and checks that no sample was lost:
//! taken = drained + dropped since the buffer was full.
//!
//! ```text
//! CPU  taken  missed  drained  dropped  queued  pending  idle  longest wait
//!   0     72      42       72        0      71        1     0       2087 us
//!   1     84      31       84        0      82        2    79       2357 us
//!   2     83      29       83        0      83        0    83        446 us
//!   3     74      37       74        0      74        0    72         80 us
//! 313 samples taken, every sample accounted for
//! ```
//!
//! CPU 0 was kept busy. *Missed* are periods that passed without a sample, here because the CPUs
//! are emulated.

use core::{
    borrow::Borrow,
    ops::RangeInclusive, //
};
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, impl_has_irq_work,
    irq_work::{
        Context,
        Handle,
        IrqWork,
        IrqWorkCallback,
        Normal, //
    },
};
use kernel::{
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    impl_has_hr_timer,
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
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
    time::{
        delay::fsleep,
        hrtimer::{
            ArcHrTimerHandle,
            HrTimer,
            HrTimerCallback,
            HrTimerCallbackContext,
            HrTimerPointer,
            HrTimerRestart,
            RelativePinnedHardMode, //
        },
        Delta,
        Instant,
        Monotonic, //
    },
};

module! {
    type: Module,
    name: "irq_work_sampler",
    authors: ["crosscall developers"],
    description: "Samples what each CPU does, from a timer by way of an irq_work",
    license: "GPL v2",
    params: {
        period_us: u32 {
            default: 1000,
            description: "Microseconds between two samples of a CPU (100 to 1000000)",
        },
        ms: u32 {
            default: 100,
            description: "How long to sample, in milliseconds (1 to 60000)",
        },
        slots: u32 {
            default: 64,
            description: "Samples that the buffer of a CPU holds (1 to 4096)",
        },
    },
}

/// What a timer saw.
struct Slot {
    /// In nanoseconds since [`Samples::start`].
    time: Atomic<i64>,
    /// Of the task that it interrupted.
    pid: Atomic<i32>,
}

/// The samples of one CPU, and the work that drains them.
///
/// One timer writes, one work reads: neither waits for the other. `written` and `read` only grow;
/// what is between them is in the buffer.
#[pin_data]
struct Samples {
    #[pin]
    work: IrqWork<Self>,
    start: Instant<Monotonic>,
    slots: KVec<Slot>,
    written: Atomic<usize>,
    read: Atomic<usize>,
    /// What the work has added up.
    idle: Atomic<usize>,
    longest_wait: Atomic<i64>,
}

impl_has_irq_work! {
    impl HasIrqWork for Samples { self.work }
}

impl IrqWorkCallback for Samples {
    type Mode = Normal;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, _cx: &Context<Normal>) {
        this.drain();
    }
}

impl Samples {
    fn new(room: usize) -> Result<Handle<Arc<Self>>> {
        let mut slots = KVec::with_capacity(room, GFP_KERNEL)?;
        for _ in 0..room {
            let slot = Slot {
                time: Atomic::new(0),
                pid: Atomic::new(0),
            };
            slots.push(slot, GFP_KERNEL)?;
        }
        let samples = pin_init!(Self {
            work <- IrqWork::new(),
            start: Instant::now(),
            slots,
            written: Atomic::new(0),
            read: Atomic::new(0),
            idle: Atomic::new(0),
            longest_wait: Atomic::new(0),
        });
        Ok(Handle::from(UniqueArc::pin_init(samples, GFP_KERNEL)?))
    }

    /// Writes a sample, unless the buffer is full. For the timer.
    fn write(&self, pid: i32) -> bool {
        let written = self.written.load(Relaxed);
        // ORDERING: Acquire, pairs with `drain()`: what is read may be overwritten.
        if written - self.read.load(Acquire) == self.slots.len() {
            return false;
        }
        let slot = &self.slots[written % self.slots.len()];
        slot.time.store(self.now(), Relaxed);
        slot.pid.store(pid, Relaxed);
        // ORDERING: Release, pairs with `drain()`: the slot comes before the number.
        self.written.store(written + 1, Release);
        true
    }

    /// Reads all samples. For the work, which is queued on its CPU only: no two run at once.
    fn drain(&self) {
        let mut read = self.read.load(Relaxed);
        // ORDERING: Acquire, pairs with `write()`.
        while read != self.written.load(Acquire) {
            let slot = &self.slots[read % self.slots.len()];
            let wait = self.now() - slot.time.load(Relaxed);
            if wait > self.longest_wait.load(Relaxed) {
                self.longest_wait.store(wait, Relaxed);
            }
            // The idle tasks of all CPUs have the number 0.
            if slot.pid.load(Relaxed) == 0 {
                self.idle.fetch_add(1, Relaxed);
            }
            read += 1;
            // ORDERING: Release, pairs with `write()`: we are done with the slot.
            self.read.store(read, Release);
        }
    }

    fn now(&self) -> i64 {
        self.start.elapsed().as_nanos()
    }
}

/// The timer of one CPU, and what it counts.
#[pin_data]
struct Sampler {
    #[pin]
    timer: HrTimer<Self>,
    cpu: CpuId,
    period: Delta,
    samples: Handle<Arc<Samples>>,
    taken: Atomic<usize>,
    missed: Atomic<usize>,
    dropped: Atomic<usize>,
    queued: Atomic<usize>,
    pending: Atomic<usize>,
}

impl_has_hr_timer! {
    impl HasHrTimer<Self> for Sampler {
        mode: RelativePinnedHardMode<Monotonic>, field: self.timer
    }
}

impl HrTimerCallback for Sampler {
    type Pointer<'a> = Arc<Self>;

    fn run(
        this: ArcBorrow<'_, Self>,
        mut timer: HrTimerCallbackContext<'_, Self>,
    ) -> HrTimerRestart {
        // When a CPU goes offline its timers move to another one. Ours ends there.
        if CpuId::current() != this.cpu {
            return HrTimerRestart::NoRestart;
        }
        this.taken.fetch_add(1, Relaxed);
        if !this.samples.write(current!().pid()) {
            this.dropped.fetch_add(1, Relaxed);
        }
        match this.samples.queue() {
            Ok(true) => this.queued.fetch_add(1, Relaxed),
            // Nothing is lost: the run that is pending sees what was just written.
            Ok(false) => this.pending.fetch_add(1, Relaxed),
            Err(_) => return HrTimerRestart::NoRestart,
        };
        let periods = timer.forward_now(this.period) as usize;
        this.missed.fetch_add(periods.saturating_sub(1), Relaxed);
        HrTimerRestart::Restart
    }
}

impl Sampler {
    fn new(cpu: CpuId, period: Delta, slots: usize) -> Result<Arc<Self>> {
        let samples = Samples::new(slots)?;
        let sampler = pin_init!(Self {
            timer <- HrTimer::new(),
            cpu,
            period,
            samples,
            taken: Atomic::new(0),
            missed: Atomic::new(0),
            dropped: Atomic::new(0),
            queued: Atomic::new(0),
            pending: Atomic::new(0),
        });
        Arc::pin_init(sampler, GFP_KERNEL)
    }

    /// Starts the timer on its CPU, which is where it stays. Dropping what this returns stops it.
    fn begin(this: &Arc<Self>, task: &TaskContext) -> Result<ArcHrTimerHandle<Self>> {
        let start = |_: &IrqsOff| this.clone().start(this.period);
        csd::call(task, this.cpu, start).map_err(|refused| refused.error)
    }

    /// Prints a row of the table. Returns how many samples were taken, and whether it adds up.
    fn print(&self) -> (usize, bool) {
        let [taken, missed, dropped, queued, pending, drained, idle] = [
            &self.taken,
            &self.missed,
            &self.dropped,
            &self.queued,
            &self.pending,
            &self.samples.read,
            &self.samples.idle,
        ]
        .map(|count| count.load(Relaxed));
        let wait = self.samples.longest_wait.load(Relaxed) / 1000;

        pr_info!(
            "{:>3}  {taken:>5}  {missed:>6}  {drained:>7}  {dropped:>7}  {queued:>6}  \
             {pending:>7}  {idle:>4}  {wait:>9} us\n",
            self.cpu.as_u32()
        );
        (
            taken,
            taken == drained + dropped && taken == queued + pending,
        )
    }
}

/// A module parameter, if it is in its range. Linux 7.2 hands out a reference, 7.3 the value.
fn param(name: &str, value: impl Borrow<u32>, range: RangeInclusive<u32>) -> Result<u32> {
    let value = *value.borrow();
    if !range.contains(&value) {
        pr_err!(
            "{name}={value}: must be {} to {}\n",
            range.start(),
            range.end()
        );
        return Err(EINVAL);
    }
    Ok(value)
}

struct Module;

impl kernel::Module for Module {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let period_us = param(
            "period_us",
            module_parameters::period_us.value(),
            100..=1_000_000,
        )?;
        let ms = param("ms", module_parameters::ms.value(), 1..=60_000)?;
        let slots = param("slots", module_parameters::slots.value(), 1..=4096)?;
        let period = Delta::from_micros(period_us.into());

        let task = TaskContext::new();
        let mut samplers = KVec::new();
        let mut timers = KVec::new();
        for cpu in (0..nr_cpu_ids()).filter_map(CpuId::from_u32) {
            let sampler = Sampler::new(cpu, period, slots as usize)?;
            samplers.push(sampler, GFP_KERNEL)?;
        }
        timers.reserve(samplers.len(), GFP_KERNEL)?;
        for sampler in &samplers {
            match Sampler::begin(sampler, &task) {
                Ok(timer) => timers.push(timer, GFP_KERNEL)?,
                Err(ENXIO) => pr_info!("CPU {} is offline\n", sampler.cpu.as_u32()),
                Err(error) => return Err(error),
            }
        }
        fsleep(Delta::from_millis(ms.into()));

        // Stops the timers, and waits for those that are in their callback. Then nobody queues the
        // works any more, and those that are pending run.
        drop(timers);
        for sampler in &samplers {
            sampler.samples.sync(&task);
        }

        pr_info!("CPU  taken  missed  drained  dropped  queued  pending  idle  longest wait\n");
        let (mut total, mut wrong) = (0, 0);
        for sampler in &samplers {
            let (taken, adds_up) = sampler.print();
            total += taken;
            wrong += usize::from(!adds_up);
        }
        if wrong != 0 {
            pr_err!("the samples of {wrong} CPUs do not add up\n");
            return Err(EIO);
        }
        if total == 0 {
            pr_err!("no sample was taken, which shows nothing\n");
            return Err(EIO);
        }
        pr_info!("{total} samples taken, every sample accounted for\n");
        Ok(Self)
    }
}
