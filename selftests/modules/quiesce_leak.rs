// SPDX-License-Identifier: GPL-2.0

//! Leaks or drops tokens of handlers at every point at which that is possible, in safe code, while
//! a CPU runs the handler. Then comes `rmmod`.
//!
//! | `at=` | what happens to it                                                       |
//! |-------|--------------------------------------------------------------------------|
//! | 0     | each kind of token is leaked, and the slot                               |
//! | 1     | replaced in the exit function, and dropped before the grace period       |
//! | 2     | the same in an init function that fails                                  |
//! | 3     | replaced in the exit function, and leaked before the grace period        |
//! | 4     | the slot is leaked in the exit function                                  |

use core::mem::forget;
use crosscall::{
    calls::quiesce::{
        Callback,
        GracePeriod,
        Handler,
        Quiesced, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
};
use kernel::{
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
    name: "quiesce_leak",
    authors: ["crosscall developers"],
    description: "Leaks tokens of handlers",
    license: "GPL v2",
    params: {
        at: u32 {
            default: 0,
            description: "What is leaked: 0 to 4, see the table in the source",
        },
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this; -1: any",
        },
        ms: u32 {
            default: 200,
            description: "Milliseconds that a handler runs, and takes to drop (1 to 10000)",
        },
    },
}

fn ms() -> u32 {
    param(module_parameters::ms.value())
}

static RUNNING: Atomic<u32> = Atomic::new(0);

/// What takes long to drop, and is noticed.
struct Slow;

impl Drop for Slow {
    fn drop(&mut self) {
        sleep_ms(ms());
        pr_info!("the state is dropped\n");
    }
}

fn slow() -> Result<Quiesced<Callback<()>>> {
    let state = Slow;
    Callback::new(
        move |_cx, (): &()| {
            let _ = &state;
            RUNNING.store(1, Relaxed);
            spin_ms(ms());
            pr_info!("the handler has run\n");
        },
        GFP_KERNEL,
    )
}

/// `other=`, and this CPU, which is another one.
fn cpus() -> Result<Cpus<1>> {
    Cpus::new([("other", param(module_parameters::other.value()))])
}

/// A slot whose handler runs on another CPU, in a call that is leaked.
fn running() -> Result<Arc<Handler<Callback<()>>>> {
    let cpus = cpus()?;
    let slot = Arc::new(Handler::new(slow()?), GFP_KERNEL)?;
    let called = slot.clone();
    let call = csd::new(move |cx: &IrqsOff| called.call(cx, &()), GFP_KERNEL)?;
    forget(call.call_on(cpus.others[0])?);
    started("the handler", || RUNNING.load(Relaxed) > 0)?;
    Ok(slot)
}

fn nop() -> Result<Quiesced<Callback<()>>> {
    Callback::new(|_cx, (): &()| (), GFP_KERNEL)
}

fn dropped() -> Result {
    drop(running()?.replace_async(nop()?, &TaskContext::new()));
    Ok(())
}

fn leak_quiescing() -> Result {
    forget(running()?.replace_async(nop()?, &TaskContext::new()));
    Ok(())
}

fn leak_all() -> Result {
    let slot = running()?;
    forget(nop()?);
    forget(slot.replace_async(nop()?, &TaskContext::new()));
    forget(slot.replace(nop()?, GracePeriod::Expedited, &TaskContext::new()));
    forget(slot);
    Ok(())
}

struct Leak;

impl Drop for Leak {
    fn drop(&mut self) {
        let done = match param(module_parameters::at.value()) {
            1 => dropped(),
            3 => leak_quiescing(),
            4 => running().map(forget),
            _ => return,
        };
        pr_info!("leaked: {done:?}\n");
    }
}

impl kernel::Module for Leak {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        cpus()?;
        number_param("ms", ms(), 1, 10_000)?;
        match param(module_parameters::at.value()) {
            0 => leak_all()?,
            1 | 3 | 4 => (),
            2 => {
                dropped()?;
                return Err(EBUSY);
            }
            at => {
                pr_err!("at={at}: must be 0 to 4\n");
                return Err(EINVAL);
            }
        }
        Ok(Self)
    }
}
