// SPDX-License-Identifier: GPL-2.0

//! Asks an isolated CPU for something many times a second: by direct calls, or by deferred work.
//! Run `deferred_watch.sh`, which shows how often that CPU is interrupted.

use crosscall::{
    calls::deferred::{
        Outcome,
        Policy,
        Work, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    time::{
        delay::fsleep,
        Delta, //
    },
};

module! {
    type: Watch,
    name: "deferred_watch",
    authors: ["crosscall developers"],
    description: "Sends requests to a CPU, by direct calls or as deferred work",
    license: "GPL v2",
    params: {
        cpu: i32 {
            default: 3,
            description: "The CPU that gets the requests",
        },
        direct: u32 {
            default: 0,
            description: "1: by direct calls; 0: as deferred work",
        },
        rate: u32 {
            default: 2000,
            description: "Requests per second (100 to 100000)",
        },
        seconds: u32 {
            default: 5,
            description: "How long to send (1 to 3600)",
        },
    },
}

fn direct(cpu: CpuId) -> Result {
    csd::call(&TaskContext::new(), cpu, |_| ())?;
    Ok(())
}

fn deferred(work: &Work<impl Fn(&IrqsOff) + Send + Sync + 'static>, cpu: CpuId) -> Result {
    match work.queue_on(cpu) {
        Outcome::Deferred | Outcome::Sent | Outcome::AlreadyPending => Ok(()),
        _ => Err(ENXIO),
    }
}

struct Watch;

impl kernel::Module for Watch {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let number = |name: &str, value: u32, min, max| {
            if !(min..=max).contains(&value) {
                pr_err!("{name}={value}: must be {min} to {max}\n");
                return Err(EINVAL);
            }
            Ok(value)
        };
        let number_of_cpu = param::<i32>(module_parameters::cpu.value());
        let cpu = CpuId::from_i32(number_of_cpu).ok_or_else(|| {
            pr_err!("cpu={number_of_cpu}: there is no such CPU\n");
            EINVAL
        })?;
        let by_call = number("direct", param(module_parameters::direct.value()), 0, 1)? == 1;
        let rate = number("rate", param(module_parameters::rate.value()), 100, 100_000)?;
        let seconds = number(
            "seconds",
            param(module_parameters::seconds.value()),
            1,
            3600,
        )?;

        let work = Work::new(|_: &IrqsOff| (), Policy::Defer, GFP_KERNEL)?;
        for _ in 0..100 * seconds {
            for _ in 0..rate / 100 {
                let asked = if by_call {
                    direct(cpu)
                } else {
                    deferred(&work, cpu)
                };
                asked.inspect_err(|_| pr_err!("cpu={number_of_cpu}: this CPU is offline\n"))?;
            }
            fsleep(Delta::from_millis(10));
        }
        Ok(Self)
    }
}

/// The value of a module parameter: Linux 7.2 hands out a reference, 7.3 the value.
fn param<T: Copy>(value: impl core::borrow::Borrow<T>) -> T {
    *value.borrow()
}
