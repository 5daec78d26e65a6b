// SPDX-License-Identifier: GPL-2.0

//! Concurrent calls from all CPUs to sets of CPUs, and a ledger: every call ran once on each CPU
//! that it was for.
//!
//! One thread per CPU keeps two calls in flight, each to a set of its own, so that sets and their
//! order overlap. The objects count, by CPU, how often they ran there; a thread that has waited
//! knows how often that must have been.

use crosscall::{
    calls::many::{
        Callback,
        Done,
        Idle,
        InFlight, //
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
    cpumask::CpumaskVar,
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
    type: LedgerTest,
    name: "many_ledger",
    authors: ["crosscall developers"],
    description: "Concurrent calls from all CPUs to sets of CPUs with a ledger",
    license: "GPL v2",
    params: {
        ms: u32 {
            default: 2000,
            description: "How long to send, in milliseconds (1 to 600000)",
        },
    },
}

/// Sums over all objects.
struct Ledger {
    calls: Atomic<u64>,
    asked: Atomic<u64>,
    refused: Atomic<u64>,
    ran: Atomic<u64>,
    waited: Atomic<u64>,
    /// Runs that nobody asked for.
    doubled: Atomic<u64>,
    /// CPUs that were to run it and had not when the call had ended.
    lost: Atomic<u64>,
    /// Results that are not of the call that was waited for, or of another CPU.
    mixed_up: Atomic<u64>,
    /// Callbacks with interrupts on, or that saw another number than the caller had written.
    misplaced: Atomic<u64>,
}

impl Ledger {
    fn new() -> Self {
        let zero = || Atomic::new(0);
        Self {
            calls: zero(),
            asked: zero(),
            refused: zero(),
            ran: zero(),
            waited: zero(),
            doubled: zero(),
            lost: zero(),
            mixed_up: zero(),
            misplaced: zero(),
        }
    }
}

fn count(counter: &Atomic<u64>) {
    counter.fetch_add(1, Relaxed);
}

/// What is known of one CPU.
struct Runs {
    /// Written by the callback. Not by one atomic operation: it must be alone.
    seen: Atomic<u64>,
    /// Written by the sender.
    expected: Atomic<u64>,
}

struct Book {
    ledger: Arc<Ledger>,
    runs: KVec<Runs>,
    /// Written by the sender before each call.
    number: u64,
}

impl Callback for Book {
    type Output = (CpuId, u64);

    fn run(&self, cx: &IrqsOff) -> (CpuId, u64) {
        let cpu = cx.cpu();
        count(&self.ledger.ran);
        if let Some(runs) = self.of(cpu) {
            runs.seen.store(runs.seen.load(Relaxed) + 1, Relaxed);
        }
        if !irqs_disabled() {
            count(&self.ledger.misplaced);
        }
        (cpu, self.number)
    }
}

impl Book {
    fn new(ledger: &Arc<Ledger>) -> Result<Idle<Self>> {
        let mut runs = KVec::with_capacity(nr_cpu_ids() as usize, GFP_KERNEL)?;
        for _ in 0..nr_cpu_ids() {
            let none = Runs {
                seen: Atomic::new(0),
                expected: Atomic::new(0),
            };
            runs.push(none, GFP_KERNEL)?;
        }
        let ledger = ledger.clone();
        let number = 0;
        Ok(Idle::new(
            Self {
                ledger,
                runs,
                number,
            },
            GFP_KERNEL,
        )?)
    }

    fn of(&self, cpu: CpuId) -> Option<&Runs> {
        self.runs.get(cpu.as_u32() as usize)
    }

    /// Enters what came of a call to `cpus`.
    fn enter(&self, done: &Done<Self>, cpus: &CpumaskVar) {
        let ledger = &self.ledger;
        count(&ledger.waited);
        for (cpu, result) in done {
            let (Some(runs), true) = (self.of(cpu), cpus.test(cpu)) else {
                count(&ledger.mixed_up);
                continue;
            };
            match result {
                Ok(&result) => {
                    if result != (cpu, self.number) {
                        count(&ledger.mixed_up);
                    }
                    runs.expected.fetch_add(1, Relaxed);
                }
                Err(_) => count(&ledger.refused),
            }
        }
        for cpu in all_cpus() {
            let Some(runs) = self.of(cpu) else { continue };
            let (seen, expected) = (runs.seen.load(Relaxed), runs.expected.load(Relaxed));
            if seen > expected {
                count(&ledger.doubled);
            }
            if seen < expected || (cpus.test(cpu) && done.get(cpu).is_none()) {
                count(&ledger.lost);
            }
        }
    }
}

/// One of the calls of a thread, with the CPUs that it is for.
struct Sender {
    idle: Option<Idle<Book>>,
    in_flight: Option<InFlight<Book>>,
    cpus: CpumaskVar,
}

impl Sender {
    fn new(ledger: &Arc<Ledger>) -> Result<Self> {
        Ok(Self {
            idle: Some(Book::new(ledger)?),
            in_flight: None,
            cpus: CpumaskVar::new_zero(GFP_KERNEL)?,
        })
    }

    fn send(&mut self, task: &TaskContext, random: u64) -> Result {
        let mut idle = self.idle.take().ok_or(EIO)?;
        idle.number += 1;
        count(&idle.ledger.calls);
        for cpu in all_cpus() {
            if random >> (cpu.as_u32() % 64) & 1 == 1 {
                self.cpus.set(cpu);
                count(&idle.ledger.asked);
            } else {
                self.cpus.clear(cpu);
            }
        }
        // Both forms, over the same object.
        self.in_flight = Some(if random >> 63 == 1 {
            idle.call_by_mask(&self.cpus, task)?
        } else {
            idle.call(&self.cpus)?
        });
        Ok(())
    }

    fn finish(&mut self, task: &TaskContext, random: u64) -> Result {
        let in_flight = self.in_flight.take().ok_or(EIO)?;
        let done = wait(in_flight, task, random).ok_or(ETIMEDOUT)?;
        done.enter(&done, &self.cpus);
        self.idle = Some(done.into_idle());
        Ok(())
    }
}

/// Waits in each of the ways there are.
fn wait(mut call: InFlight<Book>, task: &TaskContext, random: u64) -> Option<Done<Book>> {
    match random % 4 {
        0 => {
            for _ in 0..100 {
                call = match call.try_wait() {
                    Ok(done) => return Some(done),
                    Err(call) => call,
                };
            }
        }
        1 => {
            while let Some((cpu, &(ran_on, number))) = call.wait_any(task) {
                if cpu != ran_on || number != call.number {
                    count(&call.ledger.mixed_up);
                }
            }
        }
        2 => {
            call = match call.wait_timeout(task, 1) {
                Ok(done) => return Some(done),
                Err(timed_out) => timed_out.in_flight,
            }
        }
        _ => (),
    }
    // One that never ends is a failure, not a hang.
    call.wait_timeout(task, 20_000).ok()
}

fn sender(ledger: &Arc<Ledger>, cpu: CpuId, until: u64) -> Result {
    let task = TaskContext::new();
    let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ u64::from(cpu.as_u32()) << 17);
    let [mut a, mut b] = [Sender::new(ledger)?, Sender::new(ledger)?];

    a.send(&task, random.next())?;
    while now_ms() < until {
        b.send(&task, random.next())?;
        a.finish(&task, random.next())?;
        a.send(&task, random.next())?;
        b.finish(&task, random.next())?;
    }
    a.finish(&task, random.next())
}

struct LedgerTest;

impl kernel::Module for LedgerTest {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let ms = number_param("ms", param(module_parameters::ms.value()), 1, 600_000)?;

        let ledger = Arc::new(Ledger::new(), GFP_KERNEL)?;
        let errors = Atomic::<u32>::new(0);
        let until = now_ms() + u64::from(ms);
        let mut report = Report::new(3);

        let threads = in_threads(online_cpus(), |cpu| {
            if sender(&ledger, cpu, until).is_err() {
                errors.fetch_add(1, Relaxed);
            }
        });
        let sum = |counter: &Atomic<u64>| counter.load(Relaxed);
        let [calls, waited] = [sum(&ledger.calls), sum(&ledger.waited)];
        let [asked, refused, ran] = [sum(&ledger.asked), sum(&ledger.refused), sum(&ledger.ran)];
        let [doubled, lost, mixed_up, misplaced] = [
            sum(&ledger.doubled),
            sum(&ledger.lost),
            sum(&ledger.mixed_up),
            sum(&ledger.misplaced),
        ];

        pr_info!("ktap: # calls {calls} asked {asked} ran {ran} refused {refused}\n");
        pr_info!(
            "ktap: # doubled {doubled} lost {lost} mixed up {mixed_up} misplaced {misplaced}\n"
        );
        report.result("threads_ran", threads.and(holds(errors.load(Relaxed) == 0)));
        report.result(
            "sums_balance",
            holds(calls > 0 && calls == waited && asked == ran + refused),
        );
        report.result(
            "each_cpu_ran_each_call_once",
            holds(doubled + lost + mixed_up + misplaced == 0),
        );
        Ok(Self)
    }
}
