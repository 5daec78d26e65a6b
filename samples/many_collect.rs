// SPDX-License-Identifier: GPL-2.0

//! Asks all CPUs for a value at once, and is free while they answer.
//!
//! The value is how long the question took to get there. The sample says how long the call itself
//! took, and how much later the last CPU had answered: so long would `on_each_cpu()` have kept the
//! caller.
//!
//! ```text
//! insmod many_collect.ko rounds=100; dmesg
//! ```

use core::borrow::Borrow;
use crosscall::{
    calls::many::{
        Callback,
        Idle, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::{
    bindings,
    prelude::*, //
};

module! {
    type: Collect,
    name: "many_collect",
    authors: ["crosscall developers"],
    description: "Collects a value from all CPUs without waiting for each",
    license: "GPL v2",
    params: {
        rounds: u32 {
            default: 100,
            description: "How often to ask (1 to 100000)",
        },
    },
}

fn now_ns() -> u64 {
    // SAFETY: Always safe to call.
    unsafe { bindings::ktime_get_mono_fast_ns() }
}

/// When each CPU heard of the question.
struct Question {
    asked_ns: u64,
}

impl Callback for Question {
    type Output = u64;

    fn run(&self, _cx: &IrqsOff) -> u64 {
        // The clock may differ a little between CPUs.
        now_ns().saturating_sub(self.asked_ns)
    }
}

/// Sums over all rounds.
#[derive(Default)]
struct Sums {
    answers: u64,
    latency_ns: u64,
    slowest_ns: u64,
    /// Until the call returned.
    call_ns: u64,
    /// Until all had answered.
    wait_ns: u64,
}

fn collect(rounds: u32) -> Result<Sums> {
    let task = TaskContext::new();
    let mut sums = Sums::default();
    // The only allocations, for all rounds.
    let mut idle = Idle::new(Question { asked_ns: 0 }, GFP_KERNEL)?;

    for _ in 0..rounds {
        let asked_ns = now_ns();
        idle.asked_ns = asked_ns;
        let in_flight = idle.call_all()?;
        sums.call_ns += now_ns().saturating_sub(asked_ns);

        // Here the caller would do something else.

        let done = in_flight.wait(&task);
        sums.wait_ns += now_ns().saturating_sub(asked_ns);
        for (_cpu, answer) in &done {
            let &latency_ns = answer?;
            sums.answers += 1;
            sums.latency_ns += latency_ns;
            sums.slowest_ns = sums.slowest_ns.max(latency_ns);
        }
        idle = done.into_idle();
    }
    Ok(sums)
}

/// The value of a module parameter: Linux 7.2 hands out a reference, 7.3 the value.
fn param(value: impl Borrow<u32>) -> u32 {
    *value.borrow()
}

struct Collect;

impl kernel::Module for Collect {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let rounds = param(module_parameters::rounds.value());
        if !(1..=100_000).contains(&rounds) {
            pr_err!("rounds={rounds}: must be 1 to 100000\n");
            return Err(EINVAL);
        }

        let sums = collect(rounds)?;
        let per_round = |sum: u64| sum / u64::from(rounds.max(1));
        pr_info!(
            "{rounds} questions, {} answers: {} ns on average, {} ns at most\n",
            sums.answers,
            sums.latency_ns / sums.answers.max(1),
            sums.slowest_ns
        );
        pr_info!(
            "the call took {} ns, all had answered after {} ns\n",
            per_round(sums.call_ns),
            per_round(sums.wait_ns)
        );
        Ok(Self)
    }
}
