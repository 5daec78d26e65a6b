// SPDX-License-Identifier: GPL-2.0

//! Senders on all CPUs but one, which a program keeps going in and out of the kernel, and a ledger
//! for each work and CPU: what was accepted has run or was revoked, nothing twice, nothing lost.

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
        Arc,
    },
};

mod in_context;
mod support;
use in_context::{
    each_nmi,
    nmis,
    send_nmi, //
};
use support::*;

module! {
    type: Storm,
    name: "deferred_storm",
    authors: ["crosscall developers"],
    description: "Concurrent requests of deferred works, with a ledger",
    license: "GPL v2",
    params: {
        ms: u32 {
            default: 2000,
            description: "How long to send, in milliseconds (1 to 600000)",
        },
        cpu: i32 {
            default: -1,
            description: "The CPU that gets most of it, and sends nothing; -1: the last one",
        },
    },
}

/// The account of one work on one CPU.
struct Account {
    /// Numbers handed out, each before it is requested.
    requested: Atomic<u64>,
    accepted: Atomic<u64>,
    ran: Atomic<u64>,
    revoked: Atomic<u64>,
    /// How many are about to revoke, and have yet to count that.
    revoking: Atomic<u64>,
    /// The last number that the last run has seen.
    seen: Atomic<u64>,
}

impl Account {
    fn new() -> Self {
        Self {
            requested: Atomic::new(0),
            accepted: Atomic::new(0),
            ran: Atomic::new(0),
            revoked: Atomic::new(0),
            revoking: Atomic::new(0),
            seen: Atomic::new(0),
        }
    }

    /// How many runs more were promised than there were.
    fn owed(&self) -> i64 {
        let done = self.ran.load(Relaxed) + self.revoked.load(Relaxed);
        self.accepted.load(Relaxed) as i64 - done as i64
    }
}

/// One work's accounts, by CPU.
struct Book(Arc<KVec<Account>>);

impl Book {
    fn new() -> Result<Self> {
        let mut accounts = KVec::new();
        for _ in all_cpus() {
            accounts.push(Account::new(), GFP_KERNEL)?;
        }
        Ok(Self(Arc::new(accounts, GFP_KERNEL)?))
    }

    fn on(&self, cpu: CpuId) -> &Account {
        &self.0[cpu.as_u32() as usize]
    }
}

impl Deferred for Book {
    fn run(&self, cx: &IrqsOff) {
        let account = self.on(cx.cpu());
        account.seen.store(account.requested.load(Relaxed), Relaxed);
        // Release what was stored: readers look at this first.
        account.ran.fetch_add(1, Full);
        if !irqs_disabled() {
            MISPLACED.fetch_add(1, Relaxed);
        }
    }
}

static MISPLACED: Atomic<u64> = Atomic::new(0);
/// Requests that were waited for and not revoked.
static FLUSHED: Atomic<u64> = Atomic::new(0);
/// Those of them whose run did not see them.
static UNSEEN: Atomic<u64> = Atomic::new(0);
/// Works that were unregistered with an account that did not balance.
static UNBALANCED: Atomic<u64> = Atomic::new(0);

const OUTCOMES: [&str; 6] = [
    "deferred",
    "sent",
    "already",
    "offline",
    "refused",
    "shut down",
];
static COUNTS: [Atomic<u64>; OUTCOMES.len()] = [const { Atomic::new(0) }; OUTCOMES.len()];

/// Queues a work and enters that into its book. Returns the number of the request, if it was
/// accepted.
fn request(work: &Work<Book>, cpu: CpuId) -> Option<u64> {
    let account = work.on(cpu);
    let number = account.requested.fetch_add(1, Relaxed) + 1;
    let outcome = work.queue_on(cpu);
    COUNTS[outcome as usize].add(1, Relaxed);
    if matches!(outcome, Outcome::Deferred | Outcome::Sent) {
        account.accepted.add(1, Relaxed);
    }
    outcome.is_accepted().then_some(number)
}

fn revoke(work: &Work<Book>, cpu: CpuId) {
    let account = work.on(cpu);
    account.revoking.fetch_add(1, Full);
    if work.cancel_on(cpu) {
        account.revoked.fetch_add(1, Relaxed);
    }
    account.revoking.fetch_sub(1, Full);
}

/// Waits for a request: unless somebody revokes, a run has seen it then.
fn check_flush(work: &Work<Book>, cpu: CpuId, task: &TaskContext) {
    let account = work.on(cpu);
    let revoked = account.revoked.load(Relaxed);
    let Some(number) = request(work, cpu) else {
        return;
    };
    work.flush(cpu, task);
    // The revoker that took it back has counted that, or is about to.
    let kept = account.revoking.load(Acquire) == 0 && account.revoked.load(Relaxed) == revoked;
    FLUSHED.fetch_add(u64::from(kept), Relaxed);
    if kept && account.seen.load(Relaxed) < number {
        UNSEEN.fetch_add(1, Relaxed);
    }
}

/// Not for anything but variety.
struct Dice(u32);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0 % sides
    }
}

/// However little was done in time: once somebody must have waited for a request.
fn is_to_wait(until: u64) -> bool {
    FLUSHED.load(Relaxed) == 0 && now_ms() < until + 60_000
}

fn sender(here: CpuId, target: CpuId, works: &[Work<Book>], until: u64) {
    let task = TaskContext::new();
    let mut dice = Dice(here.as_u32() * 7919 + 1);
    while now_ms() < until || is_to_wait(until) {
        for step in 0..5000 {
            if step % 100 == 0 {
                let _ = send_nmi(if step % 200 == 0 { target } else { here });
            }
            let work = &works[dice.roll(works.len() as u32) as usize];
            let anywhere = CpuId::from_u32(dice.roll(all_cpus().count() as u32));
            let cpu = match dice.roll(8) {
                0 => anywhere.unwrap_or(target),
                _ => target,
            };
            match dice.roll(1000) {
                0 => check_flush(work, cpu, &task),
                1..100 => revoke(work, cpu),
                _ => _ = request(work, cpu),
            }
        }
        // Others want this CPU too.
        sleep_ms(1);
    }
}

/// What an NMI does: one request or revocation after the other, of which all but those by
/// [`Policy::Only`] are refused.
fn in_nmi(works: &[Work<Book>]) {
    static TURN: Atomic<u32> = Atomic::new(0);

    let mut turn = TURN.fetch_add(1, Relaxed) as usize;
    let work = &works[turn % works.len()];
    turn /= works.len();
    if let Some(cpu) = all_cpus().nth(turn % all_cpus().count()) {
        if turn % 16 == 0 {
            revoke(work, cpu);
        } else {
            _ = request(work, cpu);
        }
    }
}

/// Registers and unregisters works all the time, some of them while they are pending.
fn churn(target: CpuId, until: u64) -> Result {
    let task = TaskContext::new();
    let mut turn = 0;
    while turn < 5 || now_ms() < until {
        turn += 1;
        let book = Book::new()?;
        let accounts = Book(book.0.clone());
        let work = Work::new(book, Policy::Defer, GFP_KERNEL)?;
        for _ in 0..turn % 5 {
            request(&work, target);
        }
        let mut revoked = 0;
        work.unregister(&task, |_| revoked += 1).ok_or(EIO)?;
        accounts.on(target).revoked.add(revoked, Relaxed);
        if accounts.on(target).owed() != 0 {
            UNBALANCED.fetch_add(1, Relaxed);
        }
    }
    pr_info!("ktap: # {turn} works registered and unregistered\n");
    Ok(())
}

fn policies() -> [Policy; 6] {
    [
        Policy::Defer,
        Policy::Defer,
        Policy::Only,
        Policy::Only,
        Policy::Within(2),
        Policy::Never,
    ]
}

struct Storm;

impl kernel::Module for Storm {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let ms = number_param("ms", param(module_parameters::ms.value()), 1, 600_000)?;
        let target = cpu_or_last("cpu", param(module_parameters::cpu.value()))?;
        if online_cpus().all(|cpu| cpu == target) {
            pr_err!("needs a CPU that sends, beside cpu={}\n", target.as_u32());
            return Err(ENODEV);
        }

        let mut works = KVec::new();
        for policy in policies() {
            works.push(Work::new(Book::new()?, policy, GFP_KERNEL)?, GFP_KERNEL)?;
        }
        let until = now_ms() + u64::from(ms);
        let (started, errors) = (Atomic::<u32>::new(0), Atomic::<u32>::new(0));
        let mut report = Report::new(5);

        // On the first CPU that is not the target there is one thread more.
        let others = || online_cpus().filter(|&cpu| cpu != target);
        let thread = |cpu| {
            if started.fetch_add(1, Relaxed) > 0 {
                sender(cpu, target, &works, until);
            } else if churn(target, until).is_err() {
                errors.fetch_add(1, Relaxed);
            }
        };
        let threads = each_nmi(&|| in_nmi(&works), || {
            in_threads(Iterator::chain(others(), others().take(1)), thread)
        });
        report.result(
            "threads_ran",
            threads
                .and_then(|done| done)
                .and(holds(errors.load(Relaxed) == 0)),
        );
        // The program enters the kernel all the time, so that nothing has to be flushed.
        let pending = || {
            works
                .iter()
                .any(|work| all_cpus().any(|cpu| work.is_pending_on(cpu)))
        };
        report.result("none_is_left_pending", sleep_until(|| !pending()));
        let task = TaskContext::new();
        for work in &works {
            work.flush_all(&task);
        }
        finish(&works, &mut report);
        Ok(Self)
    }
}

fn finish(works: &[Work<Book>], report: &mut Report) {
    let accounts = || works.iter().flat_map(|work| work.0.iter());
    let sum = |get: fn(&Account) -> u64| accounts().map(get).sum::<u64>();
    let (mut lost, mut doubled) = (0, 0);

    for account in accounts() {
        lost += account.owed().max(0);
        doubled += (-account.owed()).max(0);
    }
    for (count, name) in COUNTS.iter().zip(OUTCOMES) {
        pr_info!("ktap: # {name} {}\n", count.load(Relaxed));
    }
    pr_info!("ktap: # NMIs {}\n", nmis());
    let accepted = sum(|account| account.accepted.load(Relaxed));
    let ran = sum(|account| account.ran.load(Relaxed));
    let revoked = sum(|account| account.revoked.load(Relaxed));
    let [flushed, unseen, unbalanced, misplaced] =
        [&FLUSHED, &UNSEEN, &UNBALANCED, &MISPLACED].map(|count| count.load(Relaxed));
    pr_info!("ktap: # accepted {accepted} ran {ran} revoked {revoked}\n");
    pr_info!("ktap: # waited for {flushed}\n");
    pr_info!("ktap: # lost {lost} doubled {doubled} unseen {unseen} unbalanced {unbalanced}\n");
    report.result(
        "each_run_was_promised_and_each_promise_kept",
        holds(ran > 0 && lost == 0 && doubled == 0),
    );
    report.result("runs_see_earlier_writes", holds(flushed > 0 && unseen == 0));
    report.result(
        "unregistering_balances",
        holds(unbalanced == 0 && misplaced == 0),
    );
}
