// SPDX-License-Identifier: GPL-2.0

//! All CPUs queue one work and wait for it, tasks and NMIs alike, and account for each attempt.
//!
//! Each sender has a number that it raises before it queues. The callback writes down what it sees
//! of them. Then:
//!
//! - runs = successful attempts: none is lost, none runs twice;
//! - who has waited finds its own number written down, or a later one, whether it queued the work
//!   or was refused since it was pending.

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
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    prelude::*,
    sync::atomic::{
        ordering::{
            Full,
            Relaxed, //
        },
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
            description: "How often a hard work is queued and waited for, by all CPUs together",
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

/// Who queues the work.
struct Sender {
    number: Atomic<u64>,
    /// What the callback has seen of it.
    seen: Atomic<u64>,
    queued: Atomic<u64>,
    refused: Atomic<u64>,
}

impl Sender {
    fn attempt(&self, queue: impl Fn() -> Result<bool>) -> u64 {
        let number = self.number.fetch_add(1, Relaxed) + 1;
        match queue() {
            Ok(true) => self.queued.fetch_add(1, Relaxed),
            _ => self.refused.fetch_add(1, Relaxed),
        };
        number
    }

    /// Writes down what there is to see. Callbacks on other CPUs may have seen more.
    fn look(&self) {
        let number = self.number.load(Relaxed);
        let mut seen = self.seen.load(Relaxed);
        while seen < number {
            match self.seen.cmpxchg(seen, number, Full) {
                Ok(_) => break,
                Err(now) => seen = now,
            }
        }
    }
}

struct Ledger {
    tasks: KVec<Sender>,
    nmis: KVec<Sender>,
    runs: Atomic<u64>,
    /// Who has waited and does not find its number.
    unseen: Atomic<u64>,
    /// Threads that are not done.
    busy: Atomic<u32>,
}

fn senders() -> Result<KVec<Sender>> {
    let mut senders = KVec::new();
    for _ in 0..nr_cpu_ids() {
        let sender = Sender {
            number: Atomic::new(0),
            seen: Atomic::new(0),
            queued: Atomic::new(0),
            refused: Atomic::new(0),
        };
        senders.push(sender, GFP_KERNEL)?;
    }
    Ok(senders)
}

fn sum(senders: &[Sender], of: impl Fn(&Sender) -> &Atomic<u64>) -> u64 {
    senders.iter().map(|sender| of(sender).load(Relaxed)).sum()
}

impl Ledger {
    fn new() -> Result<Self> {
        Ok(Self {
            tasks: senders()?,
            nmis: senders()?,
            runs: Atomic::new(0),
            unseen: Atomic::new(0),
            busy: Atomic::new(online_cpus().count() as u32 - 1),
        })
    }

    fn all(&self) -> impl Iterator<Item = &Sender> {
        Iterator::chain(self.tasks.iter(), self.nmis.iter())
    }

    fn run(&self) {
        self.runs.fetch_add(1, Relaxed);
        self.all().for_each(Sender::look);
    }

    fn queue_and_wait<M: Mode, F: Fn(&Cx<M>) + Sync>(
        &self,
        work: &Scoped<M, F>,
        cpu: CpuId,
        cycles: u32,
    ) {
        let task = TaskContext::new();
        let sender = &self.tasks[cpu.as_u32() as usize];
        for cycle in 0..cycles {
            // Here, or on any CPU: while one is slow to get to it, others are refused.
            let to = CpuId::from_u32(cycle / 32 % nr_cpu_ids()).filter(|_| cycle % 32 == 0);
            let number = sender.attempt(|| match to {
                Some(to) => work.queue_on(to, &task),
                None => work.queue(),
            });
            work.sync(&task);
            let unseen = sender.seen.load(Relaxed) < number;
            self.unseen.fetch_add(u64::from(unseen), Relaxed);
        }
        self.busy.fetch_sub(1, Relaxed);
    }

    /// One CPU sends NMIs to all, in which they queue the work; the others queue it and wait.
    fn fill<M: Mode>(&self, cycles: u32) -> Result {
        let here = CpuId::current();
        let run = |_: &Cx<M>| self.run();
        irq_work::scope(&TaskContext::new(), run, |work| {
            let share = cycles / self.busy.load(Relaxed);
            let in_nmi = || {
                self.nmis[CpuId::current().as_u32() as usize].attempt(|| work.queue());
            };
            each_nmi(&in_nmi, || {
                in_threads(online_cpus(), |cpu| {
                    if cpu != here {
                        return self.queue_and_wait(work, cpu, share);
                    }
                    while self.busy.load(Relaxed) > 0 {
                        for cpu in online_cpus() {
                            let _ = send_nmi(cpu);
                        }
                        sleep_ms(1);
                    }
                })
            })?
        })
    }

    fn report(&self, name: &str, ms: u64) {
        pr_info!(
            "ktap: # {name}: {ms} ms, runs {}\n",
            self.runs.load(Relaxed)
        );
        for (who, senders) in [("tasks", &self.tasks), ("NMIs", &self.nmis)] {
            let queued = sum(senders, |s| &s.queued);
            let refused = sum(senders, |s| &s.refused);
            pr_info!("ktap: # {who}: queued {queued}, refused {refused}\n");
        }
    }

    fn ran_once_each(&self) -> Result {
        let queued = sum(&self.tasks, |s| &s.queued) + sum(&self.nmis, |s| &s.queued);
        check!(self.runs.load(Relaxed) == queued && queued > 0);
        Ok(())
    }

    fn waiters_found_their_number(&self) -> Result {
        check!(self.unseen.load(Relaxed) == 0);
        // Some were refused, or this says little.
        check!(sum(&self.tasks, |s| &s.refused) > 0);
        Ok(())
    }

    fn nmis_were_seen(&self) -> Result {
        check!(sum(&self.nmis, |s| &s.number) > 0);
        check!(self
            .all()
            .all(|s| s.seen.load(Relaxed) == s.number.load(Relaxed)));
        Ok(())
    }
}

fn in_mode<M: Mode>(report: &mut Report, names: [&str; 3], cycles: u32) -> Result {
    let ledger = Ledger::new()?;
    let start = now_ms();
    ledger.fill::<M>(cycles)?;
    ledger.report(names[0], now_ms() - start);
    report.result(names[0], ledger.ran_once_each());
    report.result(names[1], ledger.waiters_found_their_number());
    report.result(names[2], ledger.nmis_were_seen());
    Ok(())
}

macro_rules! names {
    ($mode:literal) => {
        [
            concat!($mode, "_ran_once_each"),
            concat!($mode, "_waiters_found_their_number"),
            concat!($mode, "_nmis_were_seen"),
        ]
    };
}

struct Module;

impl kernel::Module for Module {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let hard = param(module_parameters::hard.value());
        let normal = param(module_parameters::normal.value());
        let lazy = param(module_parameters::lazy.value());
        if online_cpus().count() < 2 {
            pr_err!("needs two CPUs\n");
            return Err(EINVAL);
        }

        let mut report = Report::new(9);
        in_mode::<Hard>(&mut report, names!("hard"), hard)?;
        in_mode::<Normal>(&mut report, names!("normal"), normal)?;
        in_mode::<Lazy>(&mut report, names!("lazy"), lazy)?;
        Ok(Self)
    }
}
