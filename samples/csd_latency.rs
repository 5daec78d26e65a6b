// SPDX-License-Identifier: GPL-2.0

//! How long a call takes to each CPU, from the one that loads this.
//!
//! Prints, for each CPU, the median time until the callback ran there, and until the caller had
//! waited for it, in nanoseconds. Load it on each CPU to get a table:
//!
//! ```text
//! taskset -c 2 insmod csd_latency.ko; dmesg | tail -n 1; rmmod csd_latency
//! csd_latency: from 2: 3890/9120 4011/9307 340/610 -
//! ```
//!
//! The last CPU was offline. `make run` draws the table.

use core::borrow::Borrow;
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
};
use kernel::{
    bindings,
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    prelude::*,
    str::CString, //
};

module! {
    type: Latency,
    name: "csd_latency",
    authors: ["crosscall developers"],
    description: "How long a call takes to each CPU, from the one that loads this",
    license: "GPL v2",
    params: {
        rounds: u32 {
            default: 21,
            description: "How often each CPU is called (1 to 1000)",
        },
    },
}

fn now_ns() -> u64 {
    // SAFETY: Always safe to call.
    unsafe { bindings::ktime_get_mono_fast_ns() }
}

/// Sorts, by insertion: there are few.
fn median(times: &mut [u64]) -> u64 {
    for end in 1..times.len() {
        let mut i = end;
        while i > 0 && times[i - 1] > times[i] {
            times.swap(i - 1, i);
            i -= 1;
        }
    }
    times[times.len() / 2]
}

/// Calls `cpu` again and again: the medians until the callback ran, and until the wait returned.
fn measure(cpu: CpuId, rounds: u32, task: &TaskContext) -> Result<(u64, u64)> {
    let mut until_run = KVec::with_capacity(rounds as usize, GFP_KERNEL)?;
    let mut until_back = KVec::with_capacity(rounds as usize, GFP_KERNEL)?;
    let mut idle = csd::new(|_cx| now_ns(), GFP_KERNEL)?;

    for _ in 0..rounds {
        let start = now_ns();
        let (again, ran) = idle.call_on(cpu)?.wait(task);
        // The clock may differ a little between CPUs.
        until_back.push(now_ns().saturating_sub(start), GFP_KERNEL)?;
        until_run.push(ran.saturating_sub(start), GFP_KERNEL)?;
        idle = again;
    }
    Ok((median(&mut until_run), median(&mut until_back)))
}

/// The value of a module parameter: Linux 7.2 hands out a reference, 7.3 the value.
fn param(value: impl Borrow<u32>) -> u32 {
    *value.borrow()
}

struct Latency;

impl kernel::Module for Latency {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let rounds = param(module_parameters::rounds.value());
        if !(1..=1000).contains(&rounds) {
            pr_err!("rounds={rounds}: must be 1 to 1000\n");
            return Err(EINVAL);
        }

        let task = TaskContext::new();
        let mut row = KVec::<u8>::new();
        for cpu in (0..nr_cpu_ids()).filter_map(CpuId::from_u32) {
            let cell = match measure(cpu, rounds, &task) {
                Ok((run, back)) => CString::try_from_fmt(fmt!(" {run}/{back}"))?,
                Err(ENXIO) => CString::try_from_fmt(fmt!(" -"))?,
                Err(error) => return Err(error),
            };
            row.extend_from_slice(cell.to_bytes(), GFP_KERNEL)?;
        }
        pr_info!(
            "from {}:{}\n",
            IrqsOff::with(|cx| cx.cpu().as_u32()),
            core::str::from_utf8(&row).map_err(|_| EINVAL)?
        );
        Ok(Self)
    }
}
