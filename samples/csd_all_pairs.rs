// SPDX-License-Identifier: GPL-2.0

//! Concurrent asynchronous calls from every CPU to every CPU.
//!
//! One scoped call to each CPU makes that CPU a sender: it queues a call to each CPU, its own
//! included, with interrupts off and without allocating. The sample then waits for all of them and
//! accounts for each: queued = ran + refused, none twice, none lost.

use core::{
    borrow::Borrow,
    pin::Pin, //
};
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        self,
        Csd,
        CsdCallback,
        Idle,
        InFlight, //
    },
    impl_has_csd,
};
use kernel::{
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
    },
};

module! {
    type: AllPairs,
    name: "csd_all_pairs",
    authors: ["crosscall developers"],
    description: "Asynchronous calls from every CPU to every CPU, each accounted for",
    license: "GPL v2",
    params: {
        rounds: u32 {
            default: 100,
            description: "How often each CPU calls each CPU (1 to 100000)",
        },
    },
}

/// How often each call ran, by its number.
type Ledger = KVec<Atomic<u32>>;

/// A call from one CPU to another, used again in each round.
#[pin_data]
struct Probe {
    #[pin]
    csd: Csd<Self>,
    ledger: Arc<Ledger>,
    number: usize,
    to: CpuId,
}

impl_has_csd! {
    impl HasCsd for Probe { self.csd }
}

impl CsdCallback for Probe {
    type Pointer = Pin<KBox<Self>>;
    type Output = CpuId;

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> CpuId {
        this.ledger[this.number].fetch_add(1, Relaxed);
        CpuId::current()
    }
}

type IdleProbe = Idle<Pin<KBox<Probe>>>;
type InFlightProbe = InFlight<Pin<KBox<Probe>>>;

/// What one CPU is to send, and what became of it.
struct Sender {
    cpu: CpuId,
    idle: KVec<IdleProbe>,
    sent: KVec<(CpuId, InFlightProbe)>,
    refused: KVec<(CpuId, IdleProbe)>,
    /// By target.
    arrived: KVec<u32>,
}

impl Sender {
    fn new(cpu: CpuId, ledger: &Arc<Ledger>) -> Result<Self> {
        let n = nr_cpu_ids() as usize;
        let mut idle = KVec::with_capacity(n, GFP_KERNEL)?;

        for to in cpus() {
            let probe = KBox::pin_init(
                pin_init!(Probe {
                    csd <- Csd::new(),
                    ledger: ledger.clone(),
                    number: cpu.as_u32() as usize * n + to.as_u32() as usize,
                    to,
                }),
                GFP_KERNEL,
            )?;
            idle.push(Idle::from(probe), GFP_KERNEL)?;
        }
        Ok(Self {
            cpu,
            idle,
            sent: KVec::with_capacity(n, GFP_KERNEL)?,
            refused: KVec::with_capacity(n, GFP_KERNEL)?,
            arrived: KVec::from_elem(0, n, GFP_KERNEL)?,
        })
    }

    /// Runs on the sender's CPU, interrupts off: queues everything, waits for nothing.
    fn send(&mut self) {
        while let Some(probe) = self.idle.pop() {
            let to = probe.to;
            // There is room: the capacity is that of `idle`.
            match probe.call_on(to) {
                Ok(in_flight) => drop(self.sent.push_within_capacity((to, in_flight))),
                Err(refused) => drop(self.refused.push_within_capacity((to, refused.token))),
            }
        }
    }

    /// Waits for all that was sent; the probes are idle again. Returns how many were refused.
    fn collect(&mut self, task: &TaskContext) -> Result<usize> {
        let mut result = Ok(self.refused.len());
        // To the end also after an error: the module may go then, and must leave nothing in flight.
        for (to, in_flight) in self.sent.drain_all() {
            let (idle, ran_on) = in_flight.wait(task);
            if ran_on != to {
                pr_err!("a call to CPU {to:?} ran on {ran_on:?}\n");
                result = Err(EIO);
            }
            self.arrived[to.as_u32() as usize] += 1;
            // There is room, see `send()`.
            drop(self.idle.push_within_capacity(idle));
        }
        for (_, idle) in self.refused.drain_all() {
            drop(self.idle.push_within_capacity(idle));
        }
        result
    }
}

fn cpus() -> impl Iterator<Item = CpuId> {
    (0..nr_cpu_ids()).filter_map(CpuId::from_u32)
}

/// Lets every CPU that is online call every CPU, all at once. Returns how many senders there were.
fn round(task: &TaskContext, senders: &mut [Sender]) -> Result<usize> {
    let mut slots = KVec::with_capacity(senders.len(), GFP_KERNEL)?;
    for sender in senders {
        let cpu = sender.cpu;
        slots.push(
            (cpu, csd::Slot::new(move |_: &IrqsOff| sender.send())),
            GFP_KERNEL,
        )?;
    }

    // The closures borrow the senders. The scope ends when all of them have run.
    Ok(csd::scope(task, |scope| {
        slots
            .iter_mut()
            .filter_map(|(cpu, slot)| scope.call_on(slot, *cpu).ok())
            .count()
    }))
}

/// The value of a module parameter: Linux 7.2 hands out a reference, 7.3 the value.
#[cfg(not(crosscall_upstream))]
fn param<T: Copy>(value: impl Borrow<T>) -> T {
    *value.borrow()
}

struct AllPairs;

impl kernel::Module for AllPairs {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        #[cfg(not(crosscall_upstream))]
        let rounds: u32 = param(module_parameters::rounds.value());
        #[cfg(crosscall_upstream)]
        let rounds = module_parameters::rounds.value();
        if !(1..=100_000).contains(&rounds) {
            pr_err!("rounds={rounds}: must be 1 to 100000\n");
            return Err(EINVAL);
        }

        let task = TaskContext::new();
        let n = nr_cpu_ids() as usize;
        let mut ledger = KVec::with_capacity(n * n, GFP_KERNEL)?;
        for _ in 0..n * n {
            ledger.push(Atomic::new(0), GFP_KERNEL)?;
        }
        let ledger = Arc::new(ledger, GFP_KERNEL)?;
        let mut senders = KVec::with_capacity(n, GFP_KERNEL)?;
        for cpu in cpus() {
            senders.push(Sender::new(cpu, &ledger)?, GFP_KERNEL)?;
        }

        let (mut asked, mut refused) = (0, 0);
        for _ in 0..rounds {
            asked += n * round(&task, &mut senders)?;
            let mut result = Ok(());
            for sender in &mut senders {
                match sender.collect(&task) {
                    Ok(count) => refused += count,
                    Err(error) => result = Err(error),
                }
            }
            result?;
        }

        let (mut ran, mut wrong) = (0, 0);
        for sender in &senders {
            for (to, &arrived) in sender.arrived.iter().enumerate() {
                let entry = &ledger[sender.cpu.as_u32() as usize * n + to];
                ran += entry.load(Relaxed) as usize;
                wrong += usize::from(entry.load(Relaxed) != arrived);
            }
        }
        pr_info!("{asked} calls = {ran} ran + {refused} refused (CPU offline)\n");
        if wrong != 0 || asked != ran + refused {
            pr_err!("{wrong} pairs do not balance\n");
            return Err(EIO);
        }
        pr_info!("every call accounted for\n");
        Ok(Self)
    }
}
