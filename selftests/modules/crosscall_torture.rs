// SPDX-License-Identifier: GPL-2.0

//! All kinds of calls at once, from all CPUs, by weights, with an account of each message.
//!
//! Two threads on each CPU, one of them with real-time priority, roll dice for the next operation:
//! which kind, on what object, to which CPU (possible ones, so that some are offline), in what
//! context, and how to wait. NMIs hit all CPUs meanwhile and send too. At the end each ledger must
//! balance: what was accepted has run or was revoked, nothing twice, nothing lost, on the right
//! CPU, before its wait returned, and what was made has been dropped once.
//!
//! With the same parameters and as many CPUs, the n-th operation of a thread is the same again: its
//! kind, object, context and CPU depend on `seed`, and on nothing that has happened. What it does
//! to the object also depends on the state that this is in, and how operations meet depends on
//! time. `choices=` in the last line is a hash of the first ones.
//!
//! Loading the module runs all of it; with `background=1` loading returns at once, and unloading
//! ends it. `selftests/torture.sh` adds CPU hotplug, clients that come and go, and allocations that
//! fail.

use core::pin::Pin;
use crosscall::context::TaskContext;
use kernel::{
    bindings,
    cpu::CpuId,
    fmt,
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    },
};

mod in_context;
mod support;
mod torture;
use in_context::{
    each_nmi,
    nmis,
    send_nmi, //
};
use support::*;
use torture::{
    csd,
    deferred,
    irq_work,
    many,
    quiesce,
    sender,
    shared,
    Dice,
    Ledger,
    Place,
    CPUS,
    NO_MEMORY,
    SENDERS, //
};

module! {
    type: Torture,
    name: "crosscall_torture",
    authors: ["crosscall developers"],
    description: "All kinds of calls at once, with an account of each message",
    license: "GPL v2",
    params: {
        seconds: u32 {
            default: 10,
            description: "For how long (1 to 86400)",
        },
        operations: u32 {
            default: 0,
            description: "How many there must have been, or else it lasts up to four times as long",
        },
        seed: u32 {
            default: 1,
            description: "Of the choice of operations: the same one makes the same ones again",
        },
        weight_csd: u32 {
            default: 6,
            description: "How often a kind is chosen, beside the weights of the others (0 to 1000)",
        },
        weight_irq_work: u32 {
            default: 6,
            description: "The same",
        },
        weight_many: u32 {
            default: 2,
            description: "The same",
        },
        weight_shared: u32 {
            default: 4,
            description: "The same",
        },
        weight_deferred: u32 {
            default: 4,
            description: "The same",
        },
        weight_quiesce: u32 {
            default: 4,
            description: "The same",
        },
        slow: u32 {
            default: 1000,
            description: "How many of 1000 operations may sleep, make objects or wait (0 to 1000)",
        },
        dawdle_us: u32 {
            default: 100,
            description: "How long callbacks take that take long; some 200 times that (0 to 10000)",
        },
        forget: u32 {
            default: 10,
            description: "How many of 1000 tokens that are given up are leaked (0 to 1000)",
        },
        nmi: u32 {
            default: 1,
            description: "Whether NMIs are sent (0 or 1)",
        },
        rt: u32 {
            default: 1,
            description: "Whether each CPU has a second sender, of real-time priority (0 or 1)",
        },
        fail_allocations: u32 {
            default: 0,
            description: "Whether allocations of senders fail as debugfs's failslab says (0 or 1)",
        },
        stutter_ms: u32 {
            default: 0,
            description: "All threads pause so long after working so long (0 to 10000)",
        },
        background: u32 {
            default: 0,
            description: "Whether loading returns at once (0 or 1); the report comes at the end",
        },
    },
}

/// What was asked for.
struct Settings {
    seconds: u32,
    operations: u32,
    seed: u32,
    weights: [u32; 6],
    slow: u32,
    dawdle_us: u32,
    forget: u32,
    nmi: bool,
    rt: bool,
    fail_allocations: bool,
    stutter_ms: u32,
    background: bool,
}

/// What else a run needs to be repeated, as parameters.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [csd, irq_work, many, shared, deferred, quiesce] = self.weights;
        write!(
            f,
            "weight_csd={csd} weight_irq_work={irq_work} weight_many={many} \
             weight_shared={shared} weight_deferred={deferred} weight_quiesce={quiesce} \
             slow={} dawdle_us={} forget={} nmi={} rt={} fail_allocations={} stutter_ms={}",
            self.slow,
            self.dawdle_us,
            self.forget,
            u32::from(self.nmi),
            u32::from(self.rt),
            u32::from(self.fail_allocations),
            self.stutter_ms
        )
    }
}

impl Settings {
    fn new() -> Result<Self> {
        macro_rules! number {
            ($name:ident, $max:literal) => {
                number_param(
                    stringify!($name),
                    param(module_parameters::$name.value()),
                    0,
                    $max,
                )?
            };
        }
        let weights = [
            number!(weight_csd, 1000),
            number!(weight_irq_work, 1000),
            number!(weight_many, 1000),
            number!(weight_shared, 1000),
            number!(weight_deferred, 1000),
            number!(weight_quiesce, 1000),
        ];
        if weights == [0; 6] {
            pr_err!("all weights are 0: give one of weight_csd= and the others a number\n");
            return Err(EINVAL);
        }
        let seconds = param(module_parameters::seconds.value());
        let fail_allocations = number!(fail_allocations, 1) == 1;
        if fail_allocations && !cfg!(CONFIG_FAILSLAB) {
            pr_err!("fail_allocations=1: needs a kernel with CONFIG_FAILSLAB\n");
            return Err(EOPNOTSUPP);
        }
        Ok(Self {
            seconds: number_param("seconds", seconds, 1, 86_400)?,
            operations: param(module_parameters::operations.value()),
            seed: param(module_parameters::seed.value()),
            weights,
            slow: number!(slow, 1000),
            dawdle_us: number!(dawdle_us, 10_000),
            forget: number!(forget, 1000),
            nmi: number!(nmi, 1) == 1,
            rt: number!(rt, 1) == 1,
            fail_allocations,
            stutter_ms: number!(stutter_ms, 10_000),
            background: number!(background, 1) == 1,
        })
    }

    /// How many milliseconds to sleep now: others want this CPU too. When the threads stutter, all
    /// of them pause at the same times.
    fn pause(&self, now: u64) -> u32 {
        let stutter = u64::from(self.stutter_ms);
        let phase = now.checked_rem(2 * stutter);
        phase.map_or(0, |phase| {
            if phase < stutter {
                0
            } else {
                (2 * stutter - phase) as u32
            }
        })
    }

    /// Whether the next operation may be any one, or only one that neither sleeps nor waits.
    fn is_slow(&self, dice: &mut Dice) -> bool {
        self.slow == 1000 || dice.choose(1000) < self.slow
    }

    /// Which kind is next, by weight.
    fn choose(&self, dice: &mut Dice) -> usize {
        let mut left = dice.choose(self.weights.iter().sum());
        for (kind, &weight) in self.weights.iter().enumerate() {
            if left < weight {
                return kind;
            }
            left -= weight;
        }
        0
    }
}

/// How many operations a thread makes between two looks at the time, and at least: of so many the
/// choices are hashed.
const ROUND: u64 = 64;

/// Dice beside those of the senders' operations: for the CPU that a sender's NMI hits, and for what
/// is done there.
const NMI_TARGETS: usize = SENDERS;
const NMIS: usize = 2 * SENDERS;

/// What all CPUs share.
struct Loads {
    irq_work: irq_work::Load,
    shared: shared::Load,
    deferred: deferred::Load,
    quiesce: quiesce::Load,
    operations: Atomic<u64>,
    /// Those of them that threads of real-time priority made.
    rt_operations: Atomic<u64>,
    /// How often a thread has paused because all do.
    pauses: Atomic<u64>,
    /// The threads that have made a round, and the sum of hashes of what they chose in the first.
    choosers: Atomic<u64>,
    choices: Atomic<u64>,
    errors: Atomic<u64>,
}

impl Loads {
    fn new(settings: &Settings) -> Result<Self> {
        Ok(Self {
            irq_work: irq_work::Load::new(settings.dawdle_us)?,
            shared: shared::Load::new(settings.dawdle_us)?,
            deferred: deferred::Load::new(settings.dawdle_us)?,
            quiesce: quiesce::Load::new(settings.dawdle_us)?,
            operations: Atomic::new(0),
            rt_operations: Atomic::new(0),
            pauses: Atomic::new(0),
            choosers: Atomic::new(0),
            choices: Atomic::new(0),
            errors: Atomic::new(0),
        })
    }

    /// Whether it is not over at a time, in milliseconds since boot, having begun at `since`.
    fn goes_on(&self, settings: &Settings, since: u64, now: u64) -> bool {
        let ms = u64::from(settings.seconds) * 1000;
        let passed = now.saturating_sub(since);
        let is_late = self.operations.load(Relaxed) < u64::from(settings.operations);
        (passed < ms || is_late && passed < 4 * ms) && !UNLOADED.load(Relaxed)
    }

    /// What a thread of a CPU does. `since`: milliseconds since boot.
    fn send(&self, settings: &Settings, cpu: CpuId, is_rt: bool, since: u64) -> Result {
        let task = TaskContext::new();
        let me = sender(cpu, is_rt);
        let mut csd = csd::Sender::new(settings.dawdle_us, settings.forget);
        let mut many = many::Sender::new(settings.dawdle_us)?;
        let mut n = 0;
        let mut choices = me as u64;

        if is_rt {
            become_real_time();
        }
        let_allocations_fail(settings.fail_allocations);
        loop {
            let before = n;
            for _ in 0..ROUND {
                let mut dice = Dice::new(settings.seed, me, n);
                match (settings.choose(&mut dice), settings.is_slow(&mut dice)) {
                    (0, true) => csd.step(&mut dice, &task),
                    (0, false) => csd.quick_step(&mut dice),
                    (1, true) => self.irq_work.step(me, &mut dice, &task),
                    (1, false) => drop(self.irq_work.queue(me, Place::Here, &mut dice)),
                    (2, true) => many.step(&mut dice, &task),
                    (2, false) => many.quick_step(&mut dice, &task),
                    (3, true) => self.shared.step(me, &mut dice, &task),
                    (3, false) => drop(self.shared.fire(me, Place::Here, &mut dice)),
                    (4, true) => self.deferred.step(me, &mut dice, &task),
                    (4, false) => self.deferred.quick_step(&mut dice),
                    (_, true) => self.quiesce.step(&mut dice, &task),
                    (_, false) => self.quiesce.quick_step(&mut dice),
                }
                n += 1;
                if n <= ROUND {
                    choices = dice.hash(choices);
                }
                if n == ROUND {
                    self.choices.fetch_add(choices, Relaxed);
                    self.choosers.fetch_add(1, Relaxed);
                }
                // A round may take longer than the pause.
                if settings.stutter_ms > 0 && settings.pause(now_ms()) > 0 {
                    break;
                }
            }
            self.operations.fetch_add(n - before, Relaxed);
            if is_rt {
                self.rt_operations.fetch_add(n - before, Relaxed);
            }
            if settings.nmi {
                let _ = send_nmi(Dice::new(settings.seed, NMI_TARGETS + me, n).cpu());
            }
            let now = now_ms();
            let pause = settings.pause(now);
            self.pauses.fetch_add(u64::from(pause > 0), Relaxed);
            // The other thread of the CPU gets half of it.
            sleep_ms(pause.max(u32::from(is_rt)));
            // A thread may have begun late, and has made a round nevertheless.
            if !self.goes_on(settings, since, now) {
                break;
            }
        }
        let_allocations_fail(false);
        csd.finish(&task);
        many.finish(&task);
        Ok(())
    }

    /// Both threads of a CPU: this one, and the one that it starts.
    fn send_twice(&self, settings: &Settings, cpu: CpuId, since: u64) -> Result {
        let rt = |cpu| {
            if self.send(settings, cpu, true, since).is_err() {
                self.errors.fetch_add(1, Relaxed);
            }
        };
        let _waits_for_it = match settings.rt {
            true => Some(Thread::start(cpu, rt)?),
            false => None,
        };
        self.send(settings, cpu, false, since)
    }

    /// What an NMI does: the n-th one the same with the same seed, on whichever CPU.
    fn send_in_nmi(&self, settings: &Settings) {
        static TURN: Atomic<u64> = Atomic::new(0);

        let mut dice = Dice::new(settings.seed, NMIS, TURN.fetch_add(1, Relaxed));
        if dice.choose(2) == 0 {
            self.irq_work.step_in_nmi(&mut dice);
        } else {
            self.deferred.step_in_nmi(&mut dice);
        }
    }

    fn run(&self, settings: &Settings) -> Result {
        let since = now_ms();
        let cpus = online_cpus().filter(|cpu| (cpu.as_u32() as usize) < CPUS);
        let thread = |cpu| {
            if self.send_twice(settings, cpu, since).is_err() {
                self.errors.fetch_add(1, Relaxed);
            }
        };
        let in_nmi = || self.send_in_nmi(settings);
        let goes_on = || self.goes_on(settings, since, now_ms());
        each_nmi(&in_nmi, || in_threads_while(goes_on, cpus, thread))??;
        let task = TaskContext::new();
        self.irq_work.finish(&task);
        self.shared.finish(&task);
        self.deferred.finish(&task);
        (self.errors.load(Relaxed) == 0).then_some(()).ok_or(ENOMEM)
    }
}

/// Makes this thread SCHED_FIFO.
fn become_real_time() {
    // SAFETY: The pointer is to the task that runs, which therefore stays.
    unsafe { bindings::sched_set_fifo(kernel::current!().as_ptr()) };
}

/// Whether failslab, with its `task-filter`, is for this thread.
#[cfg(CONFIG_FAILSLAB)]
fn let_allocations_fail(fail: bool) {
    // SAFETY: The pointer is to the task that runs, which therefore stays. Others reach the
    // field only by its file in /proc, which nothing else here writes to.
    unsafe { (*kernel::current!().as_ptr()).make_it_fail = i32::from(fail) };
}

#[cfg(not(CONFIG_FAILSLAB))]
fn let_allocations_fail(_: bool) {}

static LEDGERS: [&Ledger; 6] = [
    &csd::LEDGER,
    &irq_work::LEDGER,
    &many::LEDGER,
    &shared::LEDGER,
    &deferred::LEDGER,
    &quiesce::LEDGER,
];

/// Whether somebody unloads the module.
static UNLOADED: Atomic<bool> = Atomic::<bool>::new(false);

/// All of it, with a report.
fn torture(settings: &Settings) -> Result {
    let loads = Loads::new(settings)?;
    let start = now_ms();
    let ran = loads.run(settings);
    let ms = now_ms() - start;
    let operations = loads.operations.load(Relaxed);
    let rt_operations = loads.rt_operations.load(Relaxed);
    let pauses = loads.pauses.load(Relaxed);
    let hashed = loads.choosers.load(Relaxed) * ROUND;
    let choices = loads.choices.load(Relaxed);
    let per_second = |count: u64| (count * 1000).checked_div(ms).unwrap_or(0);
    drop(loads);
    // The reaper drops what was given up.
    let _ = sleep_until(|| LEDGERS.iter().all(|ledger| ledger.is_settled()));

    // After a long time the kernel's log has only what is said now.
    let mut report = Report::new(LEDGERS.len() + 1);
    let mut verdicts = ran;
    report.result("threads_ran", ran);
    for ledger in LEDGERS {
        let verdict = ledger.verdict();
        report.result(ledger.name, verdict);
        verdicts = verdicts.and(verdict);
    }
    // What ran: of a serial shared call, the attempts that a run stands for. A reader of a handler
    // is no call.
    let calls: u64 = LEDGERS
        .iter()
        .filter(|ledger| ledger.name != quiesce::LEDGER.name)
        .map(|ledger| ledger.ran.sum())
        .sum();
    let outcome = match verdicts {
        Ok(()) => "SUCCESS",
        Err(_) => "FAILURE",
    };
    pr_info!(
        "ktap: # crosscall-torture:--- End of test: {outcome}: seed={} seconds={} {settings} \
         operations={operations} per_second={} rt_operations={rt_operations} calls={calls} \
         calls_per_second={} nmis={} no_memory={} choices={hashed}:{choices:016x} \
         pauses={pauses}\n",
        settings.seed,
        settings.seconds,
        per_second(operations),
        per_second(calls),
        nmis(),
        NO_MEMORY.load(Relaxed)
    );
    Ok(())
}

fn in_background(_: CpuId) {
    // Loading has tried the parameters.
    let _ = Settings::new().and_then(|settings| torture(&settings));
}

/// Dropping it waits for its end.
type Background = Pin<KBox<Thread<fn(CpuId)>>>;

struct Torture {
    _thread: Option<Background>,
}

impl kernel::Module for Torture {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let settings = Settings::new()?;
        let _thread = if settings.background {
            Some(Thread::start(CpuId::current(), in_background as fn(_))?)
        } else {
            torture(&settings)?;
            None
        };
        Ok(Self { _thread })
    }
}

impl Drop for Torture {
    fn drop(&mut self) {
        UNLOADED.store(true, Relaxed);
    }
}
