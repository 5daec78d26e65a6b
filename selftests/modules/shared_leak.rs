// SPDX-License-Identifier: GPL-2.0

//! Leaks handles of shared calls, in safe code. Then comes `rmmod`.
//!
//! | `at=` | what is leaked                                                                  |
//! |-------|---------------------------------------------------------------------------------|
//! | 0     | a call that was never fired                                                     |
//! | 1     | in the exit function, a serial call that runs and is to run once more           |
//! | 2     | the same, in an init function that fails                                        |
//! | 3     | in the exit function, a serial call that fires itself for ever. (Earlier it     |
//! |       | would leave its CPU no time for anything else.)                                 |
//! | 4     | an overlapping call that fires itself for ever, on two CPUs in turn             |

use core::mem::forget;
use crosscall::{
    calls::shared::{
        self,
        Fired, //
    },
    context::TaskContext,
    csd, //
};
use kernel::{
    prelude::*,
    sync::atomic::{
        ordering::Relaxed,
        Atomic, //
    },
};

mod support;
use support::*;

module! {
    type: Leak,
    name: "shared_leak",
    authors: ["crosscall developers"],
    description: "Leaks handles of shared calls",
    license: "GPL v2",
    params: {
        at: u32 {
            default: 0,
            description: "Where handles are leaked: 0 to 4, see the table in the source",
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
            default: 200,
            description: "How long a callback runs, in milliseconds (1 to 10000)",
        },
    },
}

/// `other=` and `third=`, and this CPU, which is another one.
fn cpus() -> Result<Cpus<2>> {
    Cpus::new([
        ("other", param(module_parameters::other.value())),
        ("third", param(module_parameters::third.value())),
    ])
}

static RUNNING: Atomic<bool> = Atomic::<bool>::new(false);
static LEAKED: Atomic<bool> = Atomic::<bool>::new(false);

/// Leaks a call that runs and has promised to run again.
fn leak_busy() -> Result {
    let task = TaskContext::new();
    let call = shared::serial(
        |cx| {
            RUNNING.store(true, Relaxed);
            spin_until(|| LEAKED.load(Relaxed));
            spin_ms(param(module_parameters::ms.value()));
            pr_info!("a callback has run for {}\n", cx.attempts());
        },
        GFP_KERNEL,
    )?;
    let cpus = cpus()?;
    let [other, third] = cpus.others;
    // Interrupts are off there: no task comes between that waits for the CPU of the callback.
    let fired = csd::call(&task, cpus.here, |cx| {
        let first = call.fire(other, cx);
        spin_until(|| RUNNING.load(Relaxed));
        [first, call.fire(third, cx), call.fire(third, cx)]
    })?;
    LEAKED.store(true, Relaxed);
    forget(call);
    if fired != [Ok(Fired::Queued), Ok(Fired::Busy), Ok(Fired::Busy)] {
        return Err(EIO);
    }
    Ok(())
}

fn leak_endless_serial() -> Result {
    let call = shared::serial(
        |cx| {
            let _ = cx.fire_here();
        },
        GFP_KERNEL,
    )?;
    call.fire(cpus()?.others[0], &TaskContext::new())?;
    forget(call);
    Ok(())
}

fn leak_endless_overlapping() -> Result {
    let cpus = cpus()?;
    let [other, third] = cpus.others;
    let call = shared::new(
        move |cx| {
            let _ = cx.fire(if cx.cpu() == other { third } else { other });
        },
        GFP_KERNEL,
    )?;
    call.fire(other, &TaskContext::new())?;
    forget(call);
    Ok(())
}

struct Leak;

impl Drop for Leak {
    fn drop(&mut self) {
        // In the exit function, the last chance: see csd_leak.rs.
        let leaked = match param(module_parameters::at.value()) {
            1 => leak_busy(),
            3 => leak_endless_serial(),
            _ => return,
        };
        pr_info!("leaked: {leaked:?}\n");
    }
}

impl kernel::Module for Leak {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        cpus()?;
        number_param("ms", param(module_parameters::ms.value()), 1, 10_000)?;
        match param(module_parameters::at.value()) {
            0 => forget(shared::new(|_| (), GFP_KERNEL)?),
            1 | 3 => (),
            2 => {
                leak_busy()?;
                return Err(EBUSY);
            }
            4 => leak_endless_overlapping()?,
            at => {
                pr_err!("at={at}: must be 0 to 4\n");
                return Err(EINVAL);
            }
        }
        Ok(Self)
    }
}
