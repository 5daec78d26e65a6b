// SPDX-License-Identifier: GPL-2.0

//! What it costs to queue an irq_work, in each form, beside what C does.
//!
//! Many works, each queued once, in one go with interrupts off, so that none runs meanwhile. If
//! they go to another CPU, that one has its interrupts off too: only the first one sends an IPI.
//! Then they run in one go too; the cost of that is from one callback to the next, and includes
//! what the callback does, which is the same for all.
//!
//! The counter is the CPU's time stamp counter, which counts instructions if QEMU runs with
//! `-icount shift=0` (`scripts/boot-fast --accel icount`).
//!
//! Needs two CPUs.

use core::pin::Pin;
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd,
    irq_work::{
        self,
        exclusive::{
            self,
            Idle, //
        },
        Closure,
        Handle,
        Hard, //
    },
};
use kernel::{
    bindings,
    cpu::CpuId,
    ffi::{
        c_int,
        c_void, //
    },
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
    types::Opaque,
};

mod support;
use support::*;

module! {
    type: Module,
    name: "irq_work_cost",
    authors: ["crosscall developers"],
    description: "Measures what queueing an irq_work costs",
    license: "GPL v2",
    params: {
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this; -1: any",
        },
        rounds: u32 {
            default: 9,
            description: "How often to measure each (1 to 1000)",
        },
    },
}

/// How many works are queued in one go.
const WORKS: usize = 1000;

/// Runs of any callback here.
static RAN: Atomic<usize> = Atomic::new(0);

/// When the first one ran, of those that were queued together, and the last one.
static FIRST: Atomic<u64> = Atomic::new(0);
static LAST: Atomic<u64> = Atomic::new(0);

/// What each callback does.
fn ran() {
    let now = ticks();
    if RAN.load(Relaxed) % WORKS == 0 {
        FIRST.store(now, Relaxed);
    }
    LAST.store(now, Relaxed);
    RAN.fetch_add(1, Release);
}

#[cfg(target_arch = "x86_64")]
fn ticks() -> u64 {
    // SAFETY: The kernels that this is for have it. The fences keep what is measured between them.
    unsafe {
        core::arch::x86_64::_mm_lfence();
        let ticks = core::arch::x86_64::_rdtsc();
        core::arch::x86_64::_mm_lfence();
        ticks
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn ticks() -> u64 {
    // SAFETY: Always safe to call.
    unsafe { bindings::ktime_get_mono_fast_ns() }
}

/// Works that are queued in the same way, each of them once until they have run.
trait Works: Send {
    /// Queues all. Returns how many were queued.
    fn queue(&mut self, irqs_off: &IrqsOff) -> usize;

    /// Gets them ready for the next time. Called when all have run.
    fn reset(&mut self, task: &TaskContext) -> Result;
}

/// Tokens that queueing, by `queue`, turns into others, and `wait` back.
///
/// The other forms do as the exclusive one has to, so that moving tokens costs all of them the
/// same.
struct Tokens<I, F, Q, W> {
    idle: KVec<I>,
    in_flight: KVec<F>,
    queue: Q,
    wait: W,
}

/// Makes `WORKS` of them.
fn tokens<I, F, Q, W>(make: impl Fn() -> Result<I>, queue: Q, wait: W) -> Result<Tokens<I, F, Q, W>>
where
    Q: Fn(I, &IrqsOff) -> Option<F>,
    W: Fn(F, &TaskContext) -> I,
{
    let mut idle = KVec::with_capacity(WORKS, GFP_KERNEL)?;
    for _ in 0..WORKS {
        idle.push(make()?, GFP_KERNEL)?;
    }
    Ok(Tokens {
        idle,
        in_flight: KVec::with_capacity(WORKS, GFP_KERNEL)?,
        queue,
        wait,
    })
}

impl<I, F, Q, W> Works for Tokens<I, F, Q, W>
where
    I: Send,
    F: Send,
    Q: Fn(I, &IrqsOff) -> Option<F> + Send,
    W: Fn(F, &TaskContext) -> I + Send,
{
    fn queue(&mut self, irqs_off: &IrqsOff) -> usize {
        while let Some(idle) = self.idle.pop() {
            let Some(in_flight) = (self.queue)(idle, irqs_off) else {
                break;
            };
            // There is room.
            drop(self.in_flight.push_within_capacity(in_flight));
        }
        self.in_flight.len()
    }

    fn reset(&mut self, task: &TaskContext) -> Result {
        while let Some(in_flight) = self.in_flight.pop() {
            self.idle.push((self.wait)(in_flight, task), GFP_KERNEL)?;
        }
        Ok(())
    }
}

/// What the moving costs.
fn moves() -> Result<impl Works> {
    tokens(
        || Ok(KBox::new(0_usize, GFP_KERNEL)?),
        |token, _| core::hint::black_box(Some(token)),
        |token, _| token,
    )
}

/// A C object, which may be queued on any CPU.
struct C<T>(Pin<KBox<Opaque<T>>>);

// SAFETY: By its users.
unsafe impl<T> Send for C<T> {}

/// `irq_work_queue()`.
fn c_works() -> Result<impl Works> {
    /// # Safety
    ///
    /// The caller need not ensure anything.
    unsafe extern "C" fn callback(_work: *mut bindings::irq_work) {
        ran();
    }

    tokens(
        || {
            // SAFETY: Zero is what `IRQ_WORK_INIT_HARD()` begins with.
            let mut work: bindings::irq_work = unsafe { core::mem::zeroed() };
            work.func = Some(callback);
            work.node.__bindgen_anon_1.u_flags = bindings::IRQ_WORK_HARD_IRQ;
            Ok(C(KBox::pin(Opaque::new(work), GFP_KERNEL)?))
        },
        // SAFETY: The work stays until we have waited.
        |work, _| unsafe { bindings::irq_work_queue(work.0.get()) }.then_some(work),
        |work, _| {
            // SAFETY: It is initialised.
            unsafe { bindings::irq_work_sync(work.0.get()) };
            work
        },
    )
}

/// As `call_single_data_t`, whose alignment bindgen does not see.
#[repr(C, align(32))]
struct CCall(bindings::call_single_data_t);

/// `smp_call_function_single_async()`.
fn c_calls(to: CpuId) -> Result<impl Works> {
    /// # Safety
    ///
    /// The caller need not ensure anything.
    unsafe extern "C" fn callback(_info: *mut c_void) {
        ran();
    }

    tokens(
        || Ok(C(KBox::pin(Opaque::<CCall>::zeroed(), GFP_KERNEL)?)),
        move |call, _| {
            // SAFETY: The csd is ours, and stays until it has run.
            let err = unsafe {
                let csd = &raw mut (*call.0.get()).0;
                (*csd).func = Some(callback);
                bindings::smp_call_function_single_async(to.as_u32() as c_int, csd)
            };
            (err == 0).then_some(call)
        },
        |call, _| call,
    )
}

/// [`csd::Idle::call_on`].
fn calls(to: CpuId) -> Result<impl Works> {
    tokens(
        || Ok(csd::new((|_| ran()) as fn(&IrqsOff), GFP_KERNEL)?),
        move |idle, _| idle.call_on(to).ok(),
        |in_flight, task| in_flight.wait(task).0,
    )
}

type Shared = Closure<Hard, fn(&irq_work::Context<Hard>)>;

fn shared() -> Result<Handle<Arc<Shared>>> {
    let callback: fn(&irq_work::Context<Hard>) = |_| ran();
    Ok(irq_work::new(callback, GFP_KERNEL)?)
}

/// [`Handle::queue`].
fn shared_here() -> Result<impl Works> {
    tokens(
        shared,
        |work, _| (work.queue() == Ok(true)).then_some(work),
        |work, task| {
            work.sync(task);
            work
        },
    )
}

/// [`Handle::queue_on`].
fn shared_there(to: CpuId) -> Result<impl Works> {
    tokens(
        shared,
        move |work, irqs_off| (work.queue_on(to, irqs_off) == Ok(true)).then_some(work),
        |work, task| {
            work.sync(task);
            work
        },
    )
}

type Sole = exclusive::Closure<Hard, fn(&IrqsOff)>;

fn exclusive() -> Result<Idle<Sole>> {
    let callback: fn(&IrqsOff) = |_| ran();
    Ok(irq_work::exclusive::new(callback, GFP_KERNEL)?)
}

/// [`Idle::queue`].
fn exclusive_here() -> Result<impl Works> {
    tokens(
        exclusive,
        |idle, _| idle.queue().ok(),
        |in_flight, task| in_flight.wait(task),
    )
}

/// [`Idle::queue_on`].
fn exclusive_there(to: CpuId) -> Result<impl Works> {
    tokens(
        exclusive,
        move |idle, irqs_off| idle.queue_on(to, irqs_off).ok(),
        |in_flight, task| in_flight.wait(task),
    )
}

/// Keeps a CPU from running anything, but not for long: somebody on our own CPU may be waiting for
/// that one, and keep us from ending it.
struct Hold {
    began: Atomic<bool>,
    enough: Atomic<bool>,
    ended: Atomic<bool>,
}

impl Hold {
    fn new() -> Self {
        Self {
            began: Atomic::<bool>::new(false),
            enough: Atomic::<bool>::new(false),
            ended: Atomic::<bool>::new(false),
        }
    }

    /// Runs on the CPU that is held.
    fn hold(&self) {
        let until = now_ms() + 100;
        self.began.store(true, Release);
        while !self.enough.load(Acquire) && now_ms() < until {
            core::hint::spin_loop();
        }
        self.ended.store(true, Release);
    }
}

/// Queues all `works`, on this CPU unless `to` another one. Returns the ticks that took, unless
/// some ran meanwhile.
fn once(task: &TaskContext, works: &mut impl Works, to: Option<CpuId>) -> Result<Option<u64>> {
    let hold = Hold::new();
    let mut slot = csd::Slot::new(|_: &IrqsOff| hold.hold());
    let measured = csd::scope(task, |scope| {
        if let Some(to) = to {
            let _held = scope.call_on(&mut slot, to).map_err(|_| ENXIO)?;
            while !hold.began.load(Acquire) {
                core::hint::spin_loop();
            }
        }
        let measured = csd::call(task, CpuId::current(), |irqs_off| {
            let start = ticks();
            let queued = works.queue(irqs_off);
            let end = ticks();
            (queued, (!hold.ended.load(Acquire)).then_some(end - start))
        });
        hold.enough.store(true, Release);
        measured.map_err(|refused| refused.error)
    });
    let (queued, ticks) = measured?;
    check!(queued == WORKS);
    Ok(ticks)
}

/// Ticks for each work, times ten, in order.
struct Samples(KVec<u64>);

impl Samples {
    fn add(&mut self, ticks: u64, works: usize) -> Result {
        self.0.push(ticks * 10 / works as u64, GFP_KERNEL)?;
        for last in (1..self.0.len()).rev() {
            if self.0[last] < self.0[last - 1] {
                self.0.swap(last, last - 1);
            }
        }
        Ok(())
    }

    fn median(&self) -> Result<u64> {
        self.0.get(self.0.len() / 2).copied().ok_or(EAGAIN)
    }
}

/// What one form costs: to queue, and from one run to the next.
struct Cost {
    queue: u64,
    run: u64,
}

impl Cost {
    /// Measures `rounds` times, and makes sure that each work has run each time, if they `run`.
    fn of(works: &mut impl Works, to: Option<CpuId>, rounds: u32, run: bool) -> Result<Self> {
        let task = TaskContext::new();
        let mut queue = Samples(KVec::new());
        let mut runs = Samples(KVec::new());
        // The first round warms up.
        for round in 0..=rounds {
            let before = RAN.load(Acquire);
            let ticks = once(&task, works, to)?;
            while run && RAN.load(Acquire) - before < WORKS {
                sleep_ms(1);
            }
            works.reset(&task)?;
            check!(!run || RAN.load(Acquire) - before == WORKS);

            if let Some(ticks) = ticks.filter(|_| round > 0) {
                queue.add(ticks, WORKS)?;
                runs.add(LAST.load(Relaxed) - FIRST.load(Relaxed), WORKS - 1)?;
            }
        }
        Ok(Self {
            queue: queue.median()?,
            run: runs.median()?,
        })
    }
}

/// Reports what forms cost, beside each other.
struct Costs {
    report: Report,
    rounds: u32,
    /// Of moving tokens, which is not counted.
    moves: u64,
    /// Of the C function that the next ones are compared with.
    c: u64,
}

impl Costs {
    fn add(&mut self, name: &str, to: Option<CpuId>, works: Result<impl Works>) {
        let cost = works.and_then(|mut works| Cost::of(&mut works, to, self.rounds, true));
        let result = cost.map(|Cost { queue, run }| {
            let queue = queue.saturating_sub(self.moves);
            if self.c == 0 {
                self.c = queue;
            }
            let percent = queue * 100 / self.c.max(1);
            pr_info!(
                "ktap: # {name}: to queue {}.{} ticks, {}.{:02} times C; to run {}.{}\n",
                queue / 10,
                queue % 10,
                percent / 100,
                percent % 100,
                run / 10,
                run % 10
            );
        });
        self.report.result(name, result);
    }
}

struct Module;

impl kernel::Module for Module {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let rounds = number_param("rounds", param(module_parameters::rounds.value()), 1, 1000)?;
        let cpus = Cpus::new([("other", param(module_parameters::other.value()))])?;
        let [other] = cpus.others;

        let mut costs = Costs {
            report: Report::new(7),
            rounds,
            moves: Cost::of(&mut moves()?, None, rounds, false)?.queue,
            c: 0,
        };
        costs.add("here_c", None, c_works());
        costs.add("here_shared", None, shared_here());
        costs.add("here_exclusive", None, exclusive_here());
        costs.c = 0;
        costs.add("there_c_call", Some(other), c_calls(other));
        costs.add("there_call", Some(other), calls(other));
        costs.add("there_shared", Some(other), shared_there(other));
        costs.add("there_exclusive", Some(other), exclusive_there(other));
        Ok(Self)
    }
}
