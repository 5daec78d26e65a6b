// SPDX-License-Identifier: GPL-2.0

//! Leaks tokens of calls to many CPUs at every point at which that is possible, in safe code. Then
//! comes `rmmod`.
//!
//! | `at=` | what is leaked                                                                  |
//! |-------|---------------------------------------------------------------------------------|
//! | 0     | the right to queue                                                              |
//! | 1     | two calls in the exit function: one runs on both CPUs, and one is queued there  |
//! | 2     | as 1, after both have run: one with its results, one that nobody waited for     |
//! | 3     | as 1, but the tokens are dropped                                                |
//! | 4     | as 1, in an init function that fails                                            |
//! | 5     | nothing: a call whose results take long to drop is dropped in the exit function |

use core::mem::forget;
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    many::{
        Callback,
        Idle,
        InFlight, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    }, //
};

mod support;
use support::*;

module! {
    type: Leak,
    name: "many_leak",
    authors: ["crosscall developers"],
    description: "Leaks tokens of calls to many CPUs",
    license: "GPL v2",
    params: {
        at: u32 {
            default: 0,
            description: "Where tokens are leaked: 0 to 5, see the table in the source",
        },
        other: i32 {
            default: 1,
            description: "A CPU that is online and not the one that loads this",
        },
        third: i32 {
            default: 3,
            description: "Another such CPU",
        },
        ms: u32 {
            default: 300,
            description: "How long a running callback runs, and a result is dropped",
        },
    },
}

/// A result.
struct Slow(bool);

impl Drop for Slow {
    fn drop(&mut self) {
        if self.0 {
            sleep_ms(param(module_parameters::ms.value()));
            pr_info!("a result is dropped\n");
        }
    }
}

struct Busy {
    started: Atomic<u32>,
    slow_to_drop: bool,
}

impl Callback for Busy {
    type Output = Slow;

    fn run(&self, _cx: &IrqsOff) -> Slow {
        self.started.fetch_add(1, Relaxed);
        if !self.slow_to_drop {
            spin_ms(param(module_parameters::ms.value()));
            pr_info!("a callback has run\n");
        }
        Slow(self.slow_to_drop)
    }
}

fn new(slow_to_drop: bool) -> Result<Idle<Busy>> {
    let busy = Busy {
        started: Atomic::new(0),
        slow_to_drop,
    };
    Ok(Idle::new(busy, GFP_KERNEL)?)
}

fn to_both(idle: Idle<Busy>) -> Result<InFlight<Busy>> {
    let cpus = [
        cpu_param("other", param(module_parameters::other.value()))?,
        cpu_param("third", param(module_parameters::third.value()))?,
    ];
    if cpus.contains(&CpuId::current()) {
        pr_err!("other= and third= must be other CPUs than this one\n");
        return Err(EINVAL);
    }
    Ok(idle.call_if(|cpu| cpus.contains(&cpu))?)
}

/// When this returns the first call runs on both CPUs, and the second is queued there.
fn busy() -> Result<[InFlight<Busy>; 2]> {
    let (first, second) = (new(false)?, new(false)?);
    // One right after the other: with those CPUs' interrupts off, another task here may get to wait
    // for them, and keep us waiting.
    let calls = [to_both(first)?, to_both(second)?];
    while calls[0].started.load(Relaxed) < 2 {
        core::hint::spin_loop();
    }
    Ok(calls)
}

struct Leak;

impl Drop for Leak {
    fn drop(&mut self) {
        // In the exit function, the last chance. `insmod` and any other program that starts would
        // wait for a CPU that is busy, hence not earlier.
        match param(module_parameters::at.value()) {
            1 => forget(busy()),
            3 => drop(busy()),
            5 => drop(new(true).and_then(to_both)),
            _ => return,
        }
        pr_info!("leaked\n");
    }
}

impl kernel::Module for Leak {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let task = TaskContext::new();
        match param(module_parameters::at.value()) {
            0 => forget(new(false)?),
            1 | 3 | 5 => (),
            2 => {
                let [mut first, second] = busy()?;
                while first.wait_any(&task).is_some() {}
                forget(first);
                forget(second.wait(&task));
            }
            4 => {
                forget(busy()?);
                return Err(EBUSY);
            }
            at => {
                pr_err!("at={at}: must be 0 to 5\n");
                return Err(EINVAL);
            }
        }
        Ok(Self)
    }
}
