// SPDX-License-Identifier: GPL-2.0

//! All CPUs queue one work and wait for it, tasks and NMIs alike, and account for each attempt.
//!
//! Each sender has a number that it raises before it queues. The callback writes down what it sees
//! of them, and some runs last, so that others begin beside them. Then:
//!
//! - runs = successful attempts: none is lost, none runs twice;
//! - a sender that has waited finds its own number written down, or a later one, whether it queued
//!   the work or was refused since it was pending;
//! - and none of the runs goes on that were under way before.
//!
//! One CPU sends NMIs to all, itself included, in which they queue the work; the tasks are on the
//! others.

use crosscall::{
    context::TaskContext,
    irq_work::{
        self,
        Context as Cx,
        Hard,
        Lazy,
        Mode,
        Normal,
        Scoped, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    },
};

mod in_context;
mod support;
use in_context::*;
use support::*;

module! {
    type: Module,
    name: "irq_work_ledger",
    authors: ["crosscall developers"],
    description: "Accounts for each attempt to queue an irq_work",
    license: "GPL v2",
    params: {
        hard: u32 {
            default: 1_000_000,
            description: "How often all CPUs together queue a hard work and wait (1 to 100000000)",
        },
        normal: u32 {
            default: 100_000,
            description: "The same for a normal work, on PREEMPT_RT a thread's",
        },
        lazy: u32 {
            default: 1_000,
            description: "The same for a lazy work, which may take a tick",
        },
    },
}

/// How many CPUs take part at most: a sender that waits has a number for each on its stack.
const CPUS: usize = 32;

/// How long a callback lasts at most that does, in nanoseconds.
const LONG_RUN: u64 = 1 << 17;

/// A thread or an NMI that queues the work.
struct Sender {
    number: Atomic<u64>,
    /// What callbacks have seen of it.
    seen: Atomic<u64>,
    queued: Atomic<u64>,
    refused: Atomic<u64>,
    failed: Atomic<u64>,
}

impl Sender {
    fn new() -> Self {
        Self {
            number: Atomic::new(0),
            seen: Atomic::new(0),
            queued: Atomic::new(0),
            refused: Atomic::new(0),
            failed: Atomic::new(0),
        }
    }

    fn attempt(&self, queue: impl Fn() -> Result<bool>) -> u64 {
        let number = self.number.fetch_add(1, Relaxed) + 1;
        let outcome = match queue() {
            Ok(true) => &self.queued,
            Ok(false) => &self.refused,
            Err(_) => &self.failed,
        };
        outcome.fetch_add(1, Relaxed);
        number
    }

    /// Writes down what there is to see. Callbacks on other CPUs may have seen more.
    fn look(&self) {
        raise(&self.seen, self.number.load(Relaxed));
    }
}

struct Ledger {
    cpus: KVec<CpuId>,
    tasks: KVec<Sender>,
    nmis: KVec<Sender>,
    runs: Atomic<u64>,
    /// The number of the run that is under way on each CPU, or 0.
    under_way: [Atomic<u64>; CPUS],
    /// Runs that began while another one was under way.
    beside: Atomic<u64>,
    /// Senders that have waited and do not find their number.
    unseen: Atomic<u64>,
    /// Senders that have waited, but a run goes on that was under way before.
    early: Atomic<u64>,
    /// Threads that are not done.
    busy: Atomic<u32>,
}

fn senders() -> Result<KVec<Sender>> {
    let mut senders = KVec::new();
    for _ in 0..CPUS {
        senders.push(Sender::new(), GFP_KERNEL)?;
    }
    Ok(senders)
}

fn sum(senders: &[Sender], of: impl Fn(&Sender) -> &Atomic<u64>) -> u64 {
    senders.iter().map(|sender| of(sender).load(Relaxed)).sum()
}

impl Ledger {
    fn new() -> Result<Self> {
        let mut cpus = KVec::new();
        for cpu in online_cpus().filter(|cpu| (cpu.as_u32() as usize) < CPUS) {
            cpus.push(cpu, GFP_KERNEL)?;
        }
        let busy = cpus.len() as u32 - 1;
        Ok(Self {
            cpus,
            tasks: senders()?,
            nmis: senders()?,
            runs: Atomic::new(0),
            under_way: [const { Atomic::new(0) }; CPUS],
            beside: Atomic::new(0),
            unseen: Atomic::new(0),
            early: Atomic::new(0),
            busy: Atomic::new(busy),
        })
    }

    fn all(&self) -> impl Iterator<Item = &Sender> {
        Iterator::chain(self.tasks.iter(), self.nmis.iter())
    }

    fn runs_under_way(&self) -> [u64; CPUS] {
        core::array::from_fn(|cpu| self.under_way[cpu].load(Relaxed))
    }

    fn run(&self) {
        let run = self.runs.fetch_add(1, Relaxed) + 1;
        let beside = self.runs_under_way().iter().any(|&run| run != 0);
        self.beside.fetch_add(u64::from(beside), Relaxed);
        let under_way = self.under_way.get(CpuId::current().as_u32() as usize);
        under_way.inspect(|under_way| under_way.store(run, Relaxed));
        self.all().for_each(Sender::look);
        if run % 16 == 0 {
            // Of different length, or they would keep step.
            spin_ns(run * 997 % LONG_RUN);
        }
        under_way.inspect(|under_way| under_way.store(0, Relaxed));
    }

    fn queue_and_wait<M: Mode, F: Fn(&Cx<M>) + Sync>(
        &self,
        work: &Scoped<M, F>,
        cpu: CpuId,
        cycles: u32,
    ) {
        let task = TaskContext::new();
        let sender = &self.tasks[cpu.as_u32() as usize];
        for cycle in 0..cycles as usize {
            // Here, or on any CPU: while one is slow to get to it, others are refused.
            let to = self.cpus[cycle / 32 % self.cpus.len()];
            let number = sender.attempt(|| match cycle % 32 {
                0 => work.queue_on(to, &task),
                _ => work.queue(),
            });
            let before = self.runs_under_way();
            work.sync(&task);
            let unseen = sender.seen.load(Relaxed) < number;
            self.unseen.fetch_add(u64::from(unseen), Relaxed);
            let now = self.runs_under_way();
            let early = Iterator::zip(before.iter(), &now)
                .any(|(before, now)| *before != 0 && before == now);
            self.early.fetch_add(u64::from(early), Relaxed);
        }
        self.busy.fetch_sub(1, Relaxed);
    }

    fn send_nmis(&self) -> Result {
        let each_had = |n| {
            let mut each = self
                .cpus
                .iter()
                .map(|cpu| &self.nmis[cpu.as_u32() as usize]);
            each.all(|sender| sender.number.load(Relaxed) >= n)
        };
        let round = || {
            for &cpu in &self.cpus {
                let _ = send_nmi(cpu);
            }
            sleep_ms(1);
        };
        while self.busy.load(Relaxed) > 0 {
            round();
        }
        // The tasks may have been quick.
        sleep_until(|| {
            round();
            each_had(10)
        })
    }

    fn fill<M: Mode>(&self, cycles: u32) -> Result {
        let sender = self.cpus[0];
        let run = |_: &Cx<M>| self.run();
        irq_work::scope(&TaskContext::new(), run, |work| {
            let share = cycles.div_ceil(self.busy.load(Relaxed));
            let in_nmi = || {
                // One that is sent while the CPU has no number here.
                if let Some(sender) = self.nmis.get(CpuId::current().as_u32() as usize) {
                    sender.attempt(|| work.queue());
                }
            };
            let sent = Atomic::<bool>::new(false);
            each_nmi(&in_nmi, || {
                in_threads(self.cpus.iter().copied(), |cpu| {
                    if cpu == sender {
                        sent.store(self.send_nmis().is_ok(), Relaxed);
                    } else {
                        self.queue_and_wait(work, cpu, share);
                    }
                })
            })??;
            check!(sent.load(Relaxed));
            Ok(())
        })
    }

    fn report(&self, name: &str, ms: u64) {
        pr_info!(
            "ktap: # {name}: {ms} ms, runs {}, {} of them beside another one\n",
            self.runs.load(Relaxed),
            self.beside.load(Relaxed)
        );
        for (kind, senders) in [("tasks", &self.tasks), ("NMIs", &self.nmis)] {
            let queued = sum(senders, |s| &s.queued);
            let refused = sum(senders, |s| &s.refused);
            pr_info!("ktap: # {kind}: queued {queued}, refused {refused}\n");
        }
        let (unseen, early) = (self.unseen.load(Relaxed), self.early.load(Relaxed));
        pr_info!("ktap: # after sync(): unseen {unseen}, early {early}\n");
    }

    fn ran_once_each(&self) -> Result {
        let queued = sum(&self.tasks, |s| &s.queued) + sum(&self.nmis, |s| &s.queued);
        check!(self.runs.load(Relaxed) == queued && queued > 0);
        check!(self.all().all(|s| s.failed.load(Relaxed) == 0));
        Ok(())
    }

    /// `by_chance`: there were too few for some to be refused, without which this says little.
    fn waiters_found_their_number(&self, by_chance: bool) -> Result {
        check!(self.unseen.load(Relaxed) == 0);
        check!(by_chance || sum(&self.tasks, |s| &s.refused) > 0);
        Ok(())
    }

    /// `by_chance`: there were too few runs for some to be beside others.
    fn runs_had_ended(&self, by_chance: bool) -> Result {
        check!(self.early.load(Relaxed) == 0);
        check!(by_chance || self.beside.load(Relaxed) > 0);
        Ok(())
    }

    /// `by_chance`: there were too few for some to queue the work, and some to be refused.
    fn nmis_were_seen(&self, by_chance: bool) -> Result {
        check!(by_chance || sum(&self.nmis, |s| &s.queued) > 0);
        check!(by_chance || sum(&self.nmis, |s| &s.refused) > 0);
        check!(self
            .all()
            .all(|s| s.seen.load(Relaxed) == s.number.load(Relaxed)));
        Ok(())
    }
}

fn in_mode<M: Mode>(report: &mut Report, names: [&str; 4], cycles: u32) -> Result {
    let ledger = Ledger::new()?;
    let start = now_ms();
    ledger.fill::<M>(cycles)?;
    ledger.report(names[0], now_ms() - start);
    report.result(names[0], ledger.ran_once_each());
    let by_chance = cycles < 10_000;
    report.result(names[1], ledger.waiters_found_their_number(by_chance));
    report.result(names[2], ledger.runs_had_ended(by_chance));
    report.result(names[3], ledger.nmis_were_seen(by_chance));
    Ok(())
}

macro_rules! names {
    ($mode:literal) => {
        [
            concat!($mode, "_ran_once_each"),
            concat!($mode, "_waiters_found_their_number"),
            concat!($mode, "_runs_had_ended"),
            concat!($mode, "_nmis_were_seen"),
        ]
    };
}

struct Module;

impl kernel::Module for Module {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let cycles = |name, value| number_param(name, value, 1, 100_000_000);
        let hard = cycles("hard", param(module_parameters::hard.value()))?;
        let normal = cycles("normal", param(module_parameters::normal.value()))?;
        let lazy = cycles("lazy", param(module_parameters::lazy.value()))?;
        if online_cpus().count() < 2 {
            pr_err!("needs 2 CPUs online, there is 1\n");
            return Err(ENODEV);
        }

        let mut report = Report::new(12);
        in_mode::<Hard>(&mut report, names!("hard"), hard)?;
        in_mode::<Normal>(&mut report, names!("normal"), normal)?;
        in_mode::<Lazy>(&mut report, names!("lazy"), lazy)?;
        Ok(Self)
    }
}
