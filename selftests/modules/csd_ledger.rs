// SPDX-License-Identifier: GPL-2.0

//! Concurrent senders and a ledger: every call has a number, and it ran once.
//!
//! One thread per CPU calls all CPUs for a while, each over a call object of its own. The objects
//! number their calls, so that a callback sees at once whether it runs twice or whether the one
//! before it was lost; at the end the sums must balance.

use core::pin::Pin;
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        Csd,
        CsdCallback,
        Idle,
        InFlight, //
    },
    impl_has_csd,
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
    },
};

mod support;
use support::*;

module! {
    type: LedgerTest,
    name: "csd_ledger",
    authors: ["crosscall developers"],
    description: "Concurrent calls from all CPUs to all CPUs with a ledger",
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
    queued: Atomic<u64>,
    refused: Atomic<u64>,
    ran: Atomic<u64>,
    waited: Atomic<u64>,
    /// Numbers that came twice.
    doubled: Atomic<u64>,
    /// Numbers that were passed over.
    lost: Atomic<u64>,
    /// Results that are not of the call that was waited for.
    mixed_up: Atomic<u64>,
    /// Callbacks on another CPU than asked for, or with interrupts on.
    misplaced: Atomic<u64>,
}

impl Ledger {
    fn new() -> Self {
        Self {
            queued: Atomic::new(0),
            refused: Atomic::new(0),
            ran: Atomic::new(0),
            waited: Atomic::new(0),
            doubled: Atomic::new(0),
            lost: Atomic::new(0),
            mixed_up: Atomic::new(0),
            misplaced: Atomic::new(0),
        }
    }
}

fn count(counter: &Atomic<u64>) {
    counter.fetch_add(1, Relaxed);
}

#[pin_data]
struct Entry {
    #[pin]
    csd: Csd<Self>,
    ledger: Arc<Ledger>,
    to: CpuId,
    /// The number of the current call, written by the sender before it queues.
    number: u64,
    /// The number of the last call that ran, written by the callback.
    last: u64,
}

impl_has_csd! {
    impl HasCsd for Entry { self.csd }
}

impl CsdCallback for Entry {
    type Pointer = Pin<KBox<Self>>;
    type Output = u64;

    fn run(this: Pin<&mut Self>, cx: &IrqsOff) -> u64 {
        let this = this.project();
        count(&this.ledger.ran);
        if *this.number <= *this.last {
            count(&this.ledger.doubled);
        }
        if *this.number > *this.last + 1 {
            count(&this.ledger.lost);
        }
        if cx.cpu() != *this.to || !irqs_disabled() {
            count(&this.ledger.misplaced);
        }
        *this.last = *this.number;
        *this.number
    }
}

type IdleEntry = Idle<Pin<KBox<Entry>>>;
type InFlightEntry = InFlight<Pin<KBox<Entry>>>;

impl Entry {
    fn new(to: CpuId, ledger: &Arc<Ledger>) -> Result<IdleEntry> {
        Ok(KBox::pin_init(
            pin_init!(Self {
                csd <- Csd::new(),
                ledger: ledger.clone(),
                to,
                number: 0,
                last: 0,
            }),
            GFP_KERNEL,
        )?
        .into())
    }
}

/// Queues `entry`; a refused one comes back.
fn send(ledger: &Ledger, mut entry: IdleEntry) -> core::result::Result<InFlightEntry, IdleEntry> {
    let to = entry.to;
    *entry.as_mut().project().number += 1;
    match entry.call_on(to) {
        Ok(in_flight) => {
            count(&ledger.queued);
            Ok(in_flight)
        }
        Err(refused) => {
            count(&ledger.refused);
            let mut entry = refused.token;
            // The number was not used.
            *entry.as_mut().project().number -= 1;
            Err(entry)
        }
    }
}

/// One thread: keeps a call to each CPU in flight, and waits in turn.
fn sender(ledger: &Arc<Ledger>, until: u64) -> Result {
    let task = TaskContext::new();
    let n = all_cpus().count();
    let mut idle = KVec::with_capacity(n, GFP_KERNEL)?;
    let mut in_flight = KVec::with_capacity(n, GFP_KERNEL)?;
    for cpu in all_cpus() {
        idle.push(Entry::new(cpu, ledger)?, GFP_KERNEL)?;
    }

    while now_ms() < until {
        let mut refused = KVec::with_capacity(n, GFP_KERNEL)?;
        while let Some(entry) = idle.pop() {
            match send(ledger, entry) {
                Ok(entry) => in_flight.push(entry, GFP_KERNEL)?,
                Err(entry) => refused.push(entry, GFP_KERNEL)?,
            }
        }
        for entry in in_flight.drain_all() {
            let (entry, number) = wait(entry, &task);
            count(&ledger.waited);
            if number != entry.number || number != entry.last {
                count(&ledger.mixed_up);
            }
            idle.push(entry, GFP_KERNEL)?;
        }
        for entry in refused {
            idle.push(entry, GFP_KERNEL)?;
        }
    }
    Ok(())
}

/// Waits in each of the ways there are.
fn wait(mut entry: InFlightEntry, task: &TaskContext) -> (IdleEntry, u64) {
    for _ in 0..100 {
        entry = match entry.try_wait() {
            Ok(done) => return done,
            Err(entry) => entry,
        };
    }
    match entry.wait_timeout(task, 1) {
        Ok(done) => done,
        Err(timed_out) => timed_out.in_flight.wait(task),
    }
}

struct LedgerTest;

impl kernel::Module for LedgerTest {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let ms = number_param("ms", param(module_parameters::ms.value()), 1, 600_000)?;

        let ledger = Arc::new(Ledger::new(), GFP_KERNEL)?;
        let errors = Atomic::<u32>::new(0);
        let until = now_ms() + u64::from(ms);
        let mut report = Report::new(3);

        let threads = in_threads(online_cpus(), |_| {
            if sender(&ledger, until).is_err() {
                errors.fetch_add(1, Relaxed);
            }
        });
        let sum = |counter: &Atomic<u64>| counter.load(Relaxed);
        let [queued, refused, ran, waited] = [
            sum(&ledger.queued),
            sum(&ledger.refused),
            sum(&ledger.ran),
            sum(&ledger.waited),
        ];
        let [doubled, lost, mixed_up, misplaced] = [
            sum(&ledger.doubled),
            sum(&ledger.lost),
            sum(&ledger.mixed_up),
            sum(&ledger.misplaced),
        ];

        pr_info!("ktap: # queued {queued} ran {ran} waited {waited} refused {refused}\n");
        pr_info!(
            "ktap: # doubled {doubled} lost {lost} mixed up {mixed_up} misplaced {misplaced}\n"
        );
        report.result("threads_ran", threads.and(holds(sum_is_zero(&errors))));
        report.result(
            "sums_balance",
            holds(queued > 0 && queued == ran && queued == waited),
        );
        report.result(
            "each_call_ran_once",
            holds(doubled + lost + mixed_up + misplaced == 0),
        );
        Ok(Self)
    }
}

fn sum_is_zero(counter: &Atomic<u32>) -> bool {
    counter.load(Relaxed) == 0
}
