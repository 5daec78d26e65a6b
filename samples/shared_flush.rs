// SPDX-License-Identifier: GPL-2.0

//! Statistics that all CPUs collect and one CPU publishes: each CPU adds to counters of its own and
//! rings a bell, as often as it likes. The bell is a serial call. While it is busy, ringing costs
//! one atomic operation and no interrupt; and a CPU that found it busy need not ring again, since
//! the run to come sees what it has added.
//!
//! In the end nothing is missing from what was published, though nobody waited for anything.

use crosscall::{
    calls::shared::{
        self,
        Call,
        Callback,
        Fired,
        Serial, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
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
        Arc, //
    },
};

module! {
    type: Flush,
    name: "shared_flush",
    authors: ["crosscall developers"],
    description: "Publishes the counters of all CPUs when one of them rings",
    license: "GPL v2",
    params: {
        events: u32 {
            default: 5_000,
            description: "How many events each CPU counts and rings for (1 to 1000000)",
        },
    },
}

/// What one CPU has counted.
struct Counter {
    events: Atomic<u64>,
    /// Of these, how many found the bell busy.
    busy: Atomic<u64>,
}

/// What is published.
struct Published {
    events: Atomic<u64>,
    runs: Atomic<u64>,
    rings: Atomic<u64>,
}

/// Counts events on this CPU, and rings for each.
fn count<F: Callback<Serial>>(
    counter: &Counter,
    bell: &Call<Serial, F>,
    home: CpuId,
    cx: &IrqsOff,
) {
    for _ in 0..param::<u32>(module_parameters::events.value()) {
        counter.events.fetch_add(1, Relaxed);
        if bell.fire(home, cx) == Ok(Fired::Busy) {
            counter.busy.fetch_add(1, Relaxed);
        }
    }
}

fn flush() -> Result {
    let task = TaskContext::new();
    let mut counters = KVec::new();
    for _ in 0..nr_cpu_ids() {
        let counter = Counter {
            events: Atomic::new(0),
            busy: Atomic::new(0),
        };
        counters.push(counter, GFP_KERNEL)?;
    }
    let counters = Arc::new(counters, GFP_KERNEL)?;
    let published = Arc::new(
        Published {
            events: Atomic::new(0),
            runs: Atomic::new(0),
            rings: Atomic::new(0),
        },
        GFP_KERNEL,
    )?;

    let (theirs, page) = (counters.clone(), published.clone());
    // The callback's own: it runs on one CPU at a time, and needs no lock for it.
    let mut rings = 0;
    let bell = shared::serial(
        move |cx| {
            rings += cx.attempts();
            let events = theirs.iter().map(|counter| counter.events.load(Relaxed));
            page.events.store(events.sum(), Relaxed);
            page.rings.store(rings, Relaxed);
            page.runs.fetch_add(1, Relaxed);
        },
        GFP_KERNEL,
    )?;

    // All other CPUs at once; the bell rings here. If there are no others, this one counts, with
    // its interrupts off, and the bell rings afterwards.
    let home = CpuId::current();
    let mut counting = KVec::new();
    let others = (0..nr_cpu_ids()).filter_map(CpuId::from_u32);
    for cpu in Iterator::chain(others.filter(|&cpu| cpu != home), [home]) {
        if cpu == home && !counting.is_empty() {
            break;
        }
        let (bell, counters) = (bell.clone(), counters.clone());
        let call = csd::new(
            move |cx| {
                if let Some(counter) = counters.get(cpu.as_u32() as usize) {
                    count(counter, &bell, home, cx);
                }
            },
            GFP_KERNEL,
        )?;
        if let Ok(call) = call.call_on(cpu) {
            counting.push(call, GFP_KERNEL)?;
        }
    }
    for call in counting {
        drop(call.wait(&task));
    }
    bell.sync(&task);

    let events: u64 = counters.iter().map(|c| c.events.load(Relaxed)).sum();
    let busy: u64 = counters.iter().map(|c| c.busy.load(Relaxed)).sum();
    let (seen, runs) = (published.events.load(Relaxed), published.runs.load(Relaxed));
    pr_info!("{events} events, each was rung for; {busy} times the bell was busy\n");
    pr_info!("{runs} runs, for {} rings\n", published.rings.load(Relaxed));
    if seen != events || published.rings.load(Relaxed) != events {
        pr_err!("{seen} events were published\n");
        return Err(EIO);
    }
    if events == 0 {
        pr_err!("no CPU has counted anything, which shows nothing\n");
        return Err(EIO);
    }
    pr_info!("all were published\n");
    Ok(())
}

struct Flush;

impl kernel::Module for Flush {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let events = param::<u32>(module_parameters::events.value());
        if !(1..=1_000_000).contains(&events) {
            pr_err!("events={events}: must be 1 to 1000000\n");
            return Err(EINVAL);
        }
        flush()?;
        Ok(Self)
    }
}

/// The value of a module parameter: Linux 7.2 hands out a reference, 7.3 the value.
fn param<T: Copy>(value: impl core::borrow::Borrow<T>) -> T {
    *value.borrow()
}
