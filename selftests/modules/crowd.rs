// SPDX-License-Identifier: GPL-2.0

//! Makes many calls that are never queued, and asks another CPU how long its interrupts are off,
//! with them and without. Then it leaks them, and comes `rmmod`.

use core::mem::forget;
use crosscall::{
    context::IrqsOff,
    csd::{
        self,
        CsdPointer,
        Idle, //
    },
};
use kernel::{
    alloc::KVVec,
    cpu::CpuId,
    prelude::*, //
};

mod support;
use support::*;

module! {
    type: Crowd,
    name: "crowd",
    authors: ["crosscall developers"],
    description: "Many calls that are never queued",
    license: "GPL v2",
    params: {
        count: u32 {
            default: 100_000,
            description: "How many calls: 1 to 1000000",
        },
        other: i32 {
            default: 2,
            description: "A CPU that is online, and that somebody reads in_flight on",
        },
        ms: u32 {
            default: 1_000,
            description: "For how long to measure, with the calls and without: 1 to 10000",
        },
        more_us: u32 {
            default: 500,
            description: "How much longer half of the calls to that CPU may take then",
        },
    },
}

/// Between two measurements, which are to hit the other CPU at any time.
const PAUSE_NS: u64 = 100_000;

/// How often the measurement is repeated until its result is good.
const TRIES: u32 = 5;

/// How often a measurement changes between having the calls and having none.
const ROUNDS: u32 = 4;

fn crowd(count: usize) -> Result<KVVec<Idle<impl CsdPointer>>> {
    let mut crowd = KVVec::with_capacity(count, GFP_KERNEL)?;
    for _ in 0..count {
        crowd.push(csd::new(|_: &IrqsOff| (), GFP_KERNEL)?, GFP_KERNEL)?;
    }
    Ok(crowd)
}

/// How many calls were on their way for so many times [`STEP_US`]; the last counts all the rest.
struct Delays(KVVec<u32>);

const STEP_US: u64 = 10;
const STEPS: usize = 2_000;

impl Delays {
    fn new() -> Result<Self> {
        Ok(Self(KVVec::from_elem(0, STEPS + 1, GFP_KERNEL)?))
    }

    fn add(&mut self, ns: u64) {
        self.0[(ns / 1000 / STEP_US).min(STEPS as u64) as usize] += 1;
    }

    fn count(&self) -> u32 {
        self.0.iter().sum()
    }

    fn print(&self, objects: u32) {
        let [half, most, all] = [50, 90, 100].map(|percent| self.at(percent));
        let count = self.count();
        pr_info!(
            "ktap: # {objects} objects, {count} delays; us: half {half} most {most} all {all}\n"
        );
    }

    /// How long `percent` of the calls took at most, in microseconds.
    fn at(&self, percent: u32) -> u64 {
        let mut left = u64::from(self.count()) * u64::from(percent) / 100;
        for (steps, &count) in (1..).zip(self.0.iter()) {
            if left <= u64::from(count) {
                return steps * STEP_US;
            }
            left -= u64::from(count);
        }
        u64::MAX
    }
}

/// Adds how long calls to `other` are on their way.
fn measure(delays: &mut Delays, other: CpuId, ms: u32) -> Result {
    let mut idle = csd::new(|_: &IrqsOff| now_ns(), GFP_KERNEL)?;
    let until = now_ms() + u64::from(ms);

    while now_ms() < until {
        let start = now_ns();
        let mut in_flight = idle.call_on(other)?;
        let arrived = loop {
            in_flight = match in_flight.try_wait() {
                Ok((again, arrived)) => {
                    idle = again;
                    break arrived;
                }
                Err(in_flight) => in_flight,
            };
            core::hint::spin_loop();
        };
        delays.add(arrived.saturating_sub(start));
        spin_ns(PAUSE_NS);
    }
    Ok(())
}

/// Adds how long calls are on their way without the crowd, and with it. In turns, because this host
/// may have more to do at one time than at another: that is then in both.
fn compare([without, with]: &mut [Delays; 2], other: CpuId, count: u32, ms: u32) -> Result {
    let turn = ms.div_ceil(ROUNDS);
    for _ in 0..ROUNDS {
        measure(without, other, turn)?;
        let _crowd = crowd(count as usize)?;
        measure(with, other, turn)?;
    }
    without.print(0);
    with.print(count);
    Ok(())
}

fn in_range(name: &str, value: u32, max: u32) -> Result<u32> {
    if !(1..=max).contains(&value) {
        pr_err!("{name}={value}: must be 1 to {max}\n");
        return Err(EINVAL);
    }
    Ok(value)
}

struct Crowd;

impl kernel::Module for Crowd {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let count = in_range("count", param(module_parameters::count.value()), 1_000_000)?;
        let ms = in_range("ms", param(module_parameters::ms.value()), 10_000)?;
        let more_us: u32 = param(module_parameters::more_us.value());
        let other = cpu_param("other", param(module_parameters::other.value()))?;
        let mut report = Report::new(1);

        // Over all tries: one may be disturbed.
        let mut delays = [Delays::new()?, Delays::new()?];
        let mut short = false;
        for _ in 0..TRIES {
            compare(&mut delays, other, count, ms)?;
            let [without, with] = &delays;
            // Twice, because emulated CPUs may be as slow as that now and then. More than once for
            // the same reason: objects that keep interrupts off do so each time.
            short = with.at(50) <= 2 * without.at(50) + u64::from(more_us);
            if short {
                break;
            }
        }
        report.result("interrupts_get_in", short.then_some(()).ok_or(ETIMEDOUT));
        forget(crowd(count as usize)?);
        Ok(Self)
    }
}
