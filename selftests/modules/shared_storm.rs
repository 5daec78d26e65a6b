// SPDX-License-Identifier: GPL-2.0

//! Message passing by refusal: all CPUs write a number and fire the same calls, each at any CPU,
//! and account for each attempt.
//!
//! A sender raises its number before it fires. The callback writes down what it sees of all
//! numbers. Then:
//!
//! - a sender that has fired and waited finds its own number written down, or a later one, whether
//!   its attempt queued the call or found it busy;
//! - runs = attempts that queued the call; of a serial call, which queues itself as well, at least
//!   as many; and its runs account for all attempts;
//! - no two runs of a serial call overlap.

use crosscall::{
    calls::shared::{
        self,
        Call,
        Callback,
        Fired,
        Mode, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::{
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    error::Error,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc, //
    },
};

mod support;
use support::*;

module! {
    type: Storm,
    name: "shared_storm",
    authors: ["crosscall developers"],
    description: "Accounts for each attempt to fire a shared call",
    license: "GPL v2",
    params: {
        ms: u32 {
            default: 1000,
            description: "For how long, in each mode, in milliseconds (1 to 600000)",
        },
    },
}

/// How many calls there are. Few: they are to be busy.
const CALLS: usize = 3;

/// How often each sender fires before it waits. No multiple of the number of calls: it waits for
/// each of them.
const BURST: usize = 16;

/// A thread that fires.
struct Sender {
    number: Atomic<u64>,
    queued: Atomic<u64>,
    busy: Atomic<u64>,
    offline: Atomic<u64>,
}

/// What the callbacks of a call have seen.
struct Account {
    /// Of each sender's number.
    seen: KVec<Atomic<u64>>,
    runs: Atomic<u64>,
    attempts: Atomic<u64>,
    inside: Atomic<u32>,
    overlaps: Atomic<u64>,
    /// Runs on a CPU that is going offline.
    dying: Atomic<u64>,
}

struct Ledger {
    senders: KVec<Sender>,
    accounts: KVec<Account>,
    /// Senders that have waited and do not find their number.
    unseen: Atomic<u64>,
    errors: Atomic<u64>,
}

fn numbers() -> Result<KVec<Atomic<u64>>> {
    let mut numbers = KVec::new();
    for _ in 0..nr_cpu_ids() {
        numbers.push(Atomic::new(0), GFP_KERNEL)?;
    }
    Ok(numbers)
}

impl Account {
    /// What a callback does.
    fn run(&self, senders: &[Sender], cx: &IrqsOff, attempts: u64) {
        let alone = self.inside.fetch_add(1, Relaxed) == 0;
        self.overlaps.fetch_add(u64::from(!alone), Relaxed);
        self.dying
            .fetch_add(u64::from(!is_online(cx.cpu())), Relaxed);
        for (seen, sender) in self.seen.iter().zip(senders) {
            raise(seen, sender.number.load(Relaxed));
        }
        self.runs.fetch_add(1, Relaxed);
        self.attempts.fetch_add(attempts, Relaxed);
        self.inside.fetch_sub(1, Relaxed);
    }
}

impl Ledger {
    fn new() -> Result<Arc<Self>> {
        let (mut senders, mut accounts) = (KVec::new(), KVec::new());
        for _ in 0..nr_cpu_ids() {
            let sender = Sender {
                number: Atomic::new(0),
                queued: Atomic::new(0),
                busy: Atomic::new(0),
                offline: Atomic::new(0),
            };
            senders.push(sender, GFP_KERNEL)?;
        }
        for _ in 0..CALLS {
            let account = Account {
                seen: numbers()?,
                runs: Atomic::new(0),
                attempts: Atomic::new(0),
                inside: Atomic::new(0),
                overlaps: Atomic::new(0),
                dying: Atomic::new(0),
            };
            accounts.push(account, GFP_KERNEL)?;
        }
        Ok(Arc::new(
            Self {
                senders,
                accounts,
                unseen: Atomic::new(0),
                errors: Atomic::new(0),
            },
            GFP_KERNEL,
        )?)
    }

    /// One CPU fires the calls in turn. Every now and then it waits for one, after it has looked
    /// whether its last attempt was in vain.
    fn fire_all<M: Mode, F: Callback<M>>(&self, calls: &[Call<M, F>], cpu: CpuId, until: u64) {
        let task = TaskContext::new();
        let me = cpu.as_u32() as usize;
        let sender = &self.senders[me];
        let cpus = nr_cpu_ids().max(1);
        let mut turn = (0..BURST).cycle();
        while now_ms() < until {
            for (call, account) in calls.iter().zip(&self.accounts) {
                // No atomic operation: that would order by itself what the attempt is to order.
                let number = sender.number.load(Relaxed) + 1;
                sender.number.store(number, Relaxed);
                let to = CpuId::from_u32(number as u32 % cpus).ok_or(EIO);
                let fired = to.and_then(|to| call.fire(to, &task));
                if !self.note(sender, fired) || turn.next() != Some(0) {
                    continue;
                }
                call.sync(&task);
                let unseen = account.seen[me].load(Relaxed) < number;
                self.unseen.fetch_add(u64::from(unseen), Relaxed);
            }
        }
    }

    /// Returns whether a run is to come.
    fn note(&self, sender: &Sender, fired: Result<Fired, Error>) -> bool {
        let count = match fired {
            Ok(Fired::Queued) => &sender.queued,
            Ok(Fired::Busy) => &sender.busy,
            Err(error) if error == ENXIO => &sender.offline,
            Err(_) => &self.errors,
        };
        count.fetch_add(1, Relaxed);
        fired.is_ok()
    }

    fn storm<M: Mode, F: Callback<M>>(&self, calls: &[Call<M, F>]) -> Result {
        let until = now_ms() + u64::from(param::<u32>(module_parameters::ms.value()));
        in_threads(online_cpus(), |cpu| self.fire_all(calls, cpu, until))?;
        let task = TaskContext::new();
        calls.iter().for_each(|call| call.sync(&task));
        Ok(())
    }

    fn sent(&self, of: impl Fn(&Sender) -> &Atomic<u64>) -> u64 {
        self.senders.iter().map(|s| of(s).load(Relaxed)).sum()
    }

    fn did(&self, of: impl Fn(&Account) -> &Atomic<u64>) -> u64 {
        self.accounts.iter().map(|a| of(a).load(Relaxed)).sum()
    }

    fn report(&self, report: &mut Report, names: [&str; 3], serial: bool) {
        let (queued, busy) = (self.sent(|s| &s.queued), self.sent(|s| &s.busy));
        let (runs, attempts) = (self.did(|a| &a.runs), self.did(|a| &a.attempts));
        pr_info!(
            "ktap: # queued {queued}, busy {busy}, offline {}; runs {runs}, for {attempts}, \
             {} of them on a dying CPU\n",
            self.sent(|s| &s.offline),
            self.did(|a| &a.dying)
        );
        let balance = if serial {
            attempts == queued + busy && runs >= queued
        } else {
            runs == queued
        };
        // Some found it busy, or this says little.
        let told = self.unseen.load(Relaxed) == 0 && busy > 0;
        let overlaps = self.did(|a| &a.overlaps);
        let as_promised = self.errors.load(Relaxed) == 0 && !(serial && overlaps > 0);
        report.result(names[0], holds(balance && queued > 0));
        report.result(names[1], holds(told));
        report.result(names[2], holds(as_promised));
    }
}

fn overlapping(report: &mut Report) -> Result {
    let ledger = Ledger::new()?;
    let mut calls = KVec::new();
    for n in 0..CALLS {
        let its = ledger.clone();
        let run = move |cx: &shared::Context<_>| its.accounts[n].run(&its.senders, cx, 1);
        calls.push(shared::new(run, GFP_KERNEL)?, GFP_KERNEL)?;
    }
    ledger.storm(&calls)?;
    let names = [
        "overlapping_queued_is_run",
        "overlapping_busy_is_seen",
        "overlapping_no_other_error",
    ];
    ledger.report(report, names, false);
    Ok(())
}

fn serial(report: &mut Report) -> Result {
    let ledger = Ledger::new()?;
    let mut calls = KVec::new();
    for n in 0..CALLS {
        let its = ledger.clone();
        let run = move |cx: &shared::Context<_>| {
            its.accounts[n].run(&its.senders, cx, cx.attempts());
        };
        calls.push(shared::serial(run, GFP_KERNEL)?, GFP_KERNEL)?;
    }
    ledger.storm(&calls)?;
    let names = [
        "serial_attempts_add_up",
        "serial_busy_is_seen",
        "serial_never_overlaps",
    ];
    ledger.report(report, names, true);
    Ok(())
}

struct Storm;

impl kernel::Module for Storm {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        if online_cpus().count() < 2 {
            pr_err!("needs 2 CPUs online, there is 1\n");
            return Err(ENODEV);
        }
        number_param("ms", param(module_parameters::ms.value()), 1, 600_000)?;
        let mut report = Report::new(6);
        overlapping(&mut report)?;
        serial(&mut report)?;
        Ok(Self)
    }
}
