// SPDX-License-Identifier: GPL-2.0

//! Deferred works of each policy, requested by all CPUs in all contexts, and revoked; and works of
//! one thread each, which are unregistered or dropped while they are pending or run.

use super::{
    super::support::*,
    irq_work,
    Dice,
    Ledger,
    Place,
    Tracked,
    CALLBACKS_THAT_SEND,
    NO_MEMORY,
    SENDERS, //
};
use crosscall::{
    calls::deferred::{
        Deferred,
        Outcome,
        Policy,
        Work, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::{
                Acquire,
                Full,
                Relaxed, //
            },
            Atomic, //
        },
        Arc, //
    },
};

pub(crate) static LEDGER: Ledger = Ledger::new("deferred");

struct Book {
    /// What some runs queue, and which queues nothing.
    next: Arc<irq_work::Object>,
    _tracked: Tracked,
}

impl Deferred for Book {
    fn run(&self, cx: &IrqsOff) {
        if LEDGER.enter(cx, None) % CALLBACKS_THAT_SEND == 1 {
            self.next.queue_on_this(cx.cpu());
        }
    }
}

/// What the runs of a work say, in memory that stays when the work is gone.
struct Runs {
    inside: Atomic<u32>,
    ended: Atomic<usize>,
}

impl Runs {
    const fn new() -> Self {
        Self {
            inside: Atomic::new(0),
            ended: Atomic::new(0),
        }
    }
}

/// A work of one thread.
struct Own {
    runs: &'static Runs,
    ns: u64,
    _tracked: Tracked,
}

impl Deferred for Own {
    fn run(&self, _cx: &IrqsOff) {
        // Later not by what the work owns, which may be gone.
        let (runs, ns) = (self.runs, self.ns);
        runs.inside.fetch_add(1, Full);
        spin_ns(ns);
        runs.ended.fetch_add(1, Full);
        runs.inside.fetch_sub(1, Full);
    }
}

/// What all CPUs share.
pub(crate) struct Load {
    works: KVec<Work<Book>>,
    /// Each CPU requests it on itself, and none revokes it.
    here: Work<Book>,
    next: Arc<irq_work::Object>,
    dawdle_us: u32,
}

impl Load {
    pub(crate) fn new(dawdle_us: u32) -> Result<Self> {
        let next = Arc::new(irq_work::Object::for_callbacks(dawdle_us)?, GFP_KERNEL)?;
        let book = || Book {
            next: next.clone(),
            _tracked: Tracked::new(&LEDGER),
        };
        let mut works = KVec::new();
        for policy in [
            Policy::Defer,
            Policy::Only,
            Policy::Within(2),
            Policy::Never, //
        ] {
            works.push(Work::new(book(), policy, GFP_KERNEL)?, GFP_KERNEL)?;
        }
        Ok(Self {
            works,
            here: Work::new(book(), Policy::Defer, GFP_KERNEL)?,
            next,
            dawdle_us,
        })
    }

    pub(crate) fn step(&self, me: usize, dice: &mut Dice, task: &TaskContext) {
        let (work, cpu) = (self.choose(dice), dice.cpu());
        match dice.choose(64) {
            0 => work.flush(cpu, task),
            1..8 => revoke(work, cpu),
            8..16 => self.request_here(),
            16 => self.unregister(me, dice, task),
            17 => self.drop_with_interrupts_off(cpu),
            18..22 => self.burst(cpu, dice),
            _ => Place::choose(dice).run(|| {
                let _ = request(work, cpu);
            }),
        }
    }

    /// Without a wait.
    pub(crate) fn quick_step(&self, dice: &mut Dice) {
        match dice.choose(16) {
            0..2 => self.request_here(),
            _ => self.burst(dice.cpu(), dice),
        }
    }

    /// All works, again and again, for one CPU.
    fn burst(&self, cpu: CpuId, dice: &mut Dice) {
        for work in self.works.iter().cycle().take(200) {
            if dice.roll(16) == 0 {
                revoke(work, cpu);
            } else {
                let _ = request(work, cpu);
            }
        }
    }

    /// The CPU is in the kernel, and nothing that is on it waits until it has left user mode.
    fn request_here(&self) {
        let outcome = IrqsOff::with(|cx| request(&self.here, cx.cpu()));
        Ledger::note(&LEDGER.lost, outcome == Outcome::Deferred);
    }

    fn own(&self, runs: &'static Runs) -> Option<Work<Own>> {
        let own = Own {
            runs,
            ns: u64::from(self.dawdle_us) * 1000,
            _tracked: Tracked::new(&LEDGER),
        };
        let work = Work::new(own, Policy::Defer, GFP_KERNEL).ok();
        Ledger::note(&NO_MEMORY, work.is_none());
        work
    }

    /// A work that is unregistered while it is pending or runs, and does not run afterwards.
    fn unregister(&self, me: usize, dice: &mut Dice, task: &TaskContext) {
        static RUNS: [Runs; SENDERS] = [const { Runs::new() }; SENDERS];

        let runs = &RUNS[me];
        let cpus = [dice.cpu(), dice.cpu(), dice.cpu()];
        let Some(work) = self.own(runs) else {
            return;
        };
        let before = runs.ended.load(Relaxed);
        let accepted = cpus
            .into_iter()
            .filter(|&cpu| is_accepted(work.queue_on(cpu)))
            .count();
        let unregistered = work.unregister(task, |_| ());
        Ledger::note(&LEDGER.early, runs.inside.load(Acquire) != 0);
        let _ = sleep_until(|| runs.inside.load(Relaxed) == 0);
        let Some((_, revoked)) = unregistered else {
            return Ledger::note(&LEDGER.errors, true);
        };
        let accounted_for = runs.ended.load(Relaxed) - before + revoked;
        Ledger::note(&LEDGER.lost, accounted_for < accepted);
        Ledger::note(&LEDGER.doubled, accounted_for > accepted);
    }

    /// The reaper drops it, and waits for runs that go on.
    fn drop_with_interrupts_off(&self, cpu: CpuId) {
        static RUNS: Runs = Runs::new();

        if let Some(work) = self.own(&RUNS) {
            let _ = work.queue_on(cpu);
            IrqsOff::with(|_| drop(work));
        }
    }

    fn choose(&self, dice: &mut Dice) -> &Work<Book> {
        &self.works[dice.choose(self.works.len() as u32) as usize]
    }

    /// In an NMI, where all but those by [`Policy::Only`] are refused.
    pub(crate) fn step_in_nmi(&self, dice: &mut Dice) {
        let (work, cpu) = (self.choose(dice), dice.cpu());
        if dice.choose(16) == 0 {
            revoke(work, cpu);
        } else {
            let _ = request(work, cpu);
        }
    }

    pub(crate) fn finish(&self, task: &TaskContext) {
        self.works.iter().for_each(|work| work.flush_all(task));
        self.here.flush_all(task);
        self.next.sync(task);
    }
}

fn request(work: &Work<Book>, cpu: CpuId) -> Outcome {
    let outcome = work.queue_on(cpu);
    LEDGER.answer(Some(cpu), is_accepted(outcome));
    outcome
}

/// A coalesced one has no run of its own.
fn is_accepted(outcome: Outcome) -> bool {
    matches!(outcome, Outcome::Deferred | Outcome::Sent)
}

fn revoke(work: &Work<Book>, cpu: CpuId) {
    if work.cancel_on(cpu) {
        LEDGER.revoke(cpu);
    }
}
