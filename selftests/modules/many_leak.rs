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
//! | 6     | calls that queue each other for ever                                            |

use core::mem::forget;
use crosscall::{
    calls::many::{
        Callback,
        Idle,
        InFlight, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::{
    cpu::CpuId,
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
    type: Leak,
    name: "many_leak",
    authors: ["crosscall developers"],
    description: "Leaks tokens of calls to many CPUs",
    license: "GPL v2",
    params: {
        at: u32 {
            default: 0,
            description: "Where tokens are leaked: 0 to 6, see the table in the source",
        },
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this; -1: any",
        },
        third: i32 {
            default: -1,
            description: "Another such CPU; -1: any",
        },
        ms: u32 {
            default: 300,
            description: "Milliseconds that a callback runs, and a result is dropped (1 to 10000)",
        },
    },
}

fn ms() -> u32 {
    param(module_parameters::ms.value())
}

/// A result.
struct Slow(bool);

impl Drop for Slow {
    fn drop(&mut self) {
        if self.0 {
            sleep_ms(ms());
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
            spin_ms(ms());
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

/// `other=` and `third=`, and this CPU, which is another one.
fn cpus() -> Result<Cpus<2>> {
    Cpus::new([
        ("other", param(module_parameters::other.value())),
        ("third", param(module_parameters::third.value())),
    ])
}

fn to_both(idle: Idle<Busy>) -> Result<InFlight<Busy>> {
    let cpus = cpus()?;
    Ok(idle.call_if(|cpu| cpus.others.contains(&cpu))?)
}

/// When this returns the first call runs on both CPUs, and the second is queued there.
fn busy() -> Result<[InFlight<Busy>; 2]> {
    let (first, second) = (new(false)?, new(false)?);
    // One right after the other: with those CPUs' interrupts off, another task here may get to wait
    // for them, and keep us waiting.
    let calls = [to_both(first)?, to_both(second)?];
    started("the first call", || calls[0].started.load(Relaxed) == 2)?;
    Ok(calls)
}

/// Where two players find each other.
type Table = [Seat<Option<InFlight<Player>>>; 2];

/// One of two calls, each of which queues the other.
struct Player {
    table: Arc<Table>,
    number: usize,
    /// Where the other one is to run.
    other_cpu: CpuId,
    /// Whether the next run is a move, or just the one that fills the seat.
    seated: Atomic<bool>,
}

impl Callback for Player {
    type Output = ();

    fn run(&self, _cx: &IrqsOff) {
        if !self.seated.load(Relaxed) {
            return self.seated.store(true, Relaxed);
        }
        let other = 1 - self.number;
        // The other one, or `play()`, queued us and is about to fill the seat.
        let Some(mut chair) = self.table[other].take() else {
            return;
        };
        let Some(mut in_flight) = chair.take() else {
            return;
        };
        // And is about to return, on its CPU.
        let idle = loop {
            in_flight = match in_flight.try_wait() {
                Ok(done) => break done.into_idle(),
                Err(in_flight) => in_flight,
            };
        };
        match idle.call_if(|cpu| cpu == self.other_cpu) {
            Ok(in_flight) => {
                *chair = Some(in_flight);
                self.table[other].put(chair);
            }
            // The module is going.
            Err(refused) => forget((refused, chair)),
        }
    }
}

/// Starts a chain of calls that no token outside the callbacks can stop.
fn play() -> Result {
    let cpus = cpus()?;
    let ([other, third], here) = (cpus.others, cpus.here);
    let table = Arc::new([Seat::new(), Seat::new()], GFP_KERNEL)?;
    let player = |number, other_cpu, seated| {
        let player = Player {
            table: table.clone(),
            number,
            other_cpu,
            seated: Atomic::new(seated),
        };
        Idle::new(player, GFP_KERNEL)
    };

    // Player 0 plays on `other`, player 1 on `third`, and each queues the next move of the other
    // one. The first run of player 1 is none: it is here, and fills the seat.
    let (first, second) = (player(0, third, true)?, player(1, other, false)?);
    let second = second.call_if(|cpu| cpu == here)?;
    table[1].put(KBox::new(Some(second), GFP_KERNEL)?);
    let mut chair = KBox::new(None, GFP_KERNEL)?;
    *chair = Some(first.call_if(|cpu| cpu == other)?);
    table[0].put(chair);
    Ok(())
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
        number_param("ms", ms(), 1, 10_000)?;
        cpus()?;
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
                pr_info!("init fails\n");
                return Err(EBUSY);
            }
            6 => play()?,
            at => {
                pr_err!("at={at}: must be 0 to 6\n");
                return Err(EINVAL);
            }
        }
        Ok(Self)
    }
}
