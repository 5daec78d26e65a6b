// SPDX-License-Identifier: GPL-2.0

//! Leaks deferred works, in safe code. Then comes `rmmod`.
//!
//! | `at=` | what is leaked                                            |
//! |-------|-----------------------------------------------------------|
//! | 0     | a work that was never queued                              |
//! | 1     | 16 that are pending, in the exit function                 |
//! | 2     | one whose callback is running, in the exit function       |
//! | 3     | as 1, in an init function that fails                      |
//! | 4     | one that queues itself for ever, on two other CPUs        |
//! | 5     | none: the last to use one is the reaper, after `ms=`      |

use core::mem::forget;
use crosscall::{
    calls::deferred::{
        Deferred,
        Outcome,
        Policy,
        Work, //
    },
    context::IrqsOff,
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
        SetOnce, //
    },
};

mod support;
use support::*;

module! {
    type: Leak,
    name: "deferred_leak",
    authors: ["crosscall developers"],
    description: "Leaks deferred works",
    license: "GPL v2",
    params: {
        at: u32 {
            default: 0,
            description: "Where works are leaked: 0 to 5, see the table in the source",
        },
        cpu: i32 {
            default: -1,
            description: "The CPU that they are queued on; -1: the last one",
        },
        ms: u32 {
            default: 500,
            description: "Milliseconds that a callback runs, or the reaper waits (1 to 10000)",
        },
    },
}

fn target() -> Result<CpuId> {
    cpu_or_last("cpu", param(module_parameters::cpu.value()))
}

fn ms() -> u32 {
    param(module_parameters::ms.value())
}

fn pending() -> Result {
    for _ in 0..16 {
        let work = Work::new(
            |_: &IrqsOff| pr_info!("a callback has run\n"),
            Policy::Defer,
            GFP_KERNEL,
        )?;
        let _ = work.queue_on(target()?);
        forget(work);
    }
    Ok(())
}

fn running() -> Result {
    static STARTED: Atomic<bool> = Atomic::new(false);

    let ms = ms();
    let work = Work::new(
        move |_: &IrqsOff| {
            STARTED.store(true, Relaxed);
            spin_ms(ms);
            pr_info!("a callback has run\n");
        },
        Policy::Never,
        GFP_KERNEL,
    )?;
    let _ = work.queue_on(target()?);
    forget(work);
    started("the work", || STARTED.load(Relaxed))
}

/// A work that knows itself.
struct Chain {
    me: Arc<SetOnce<Arc<Work<Chain>>>>,
    cpus: [CpuId; 2],
}

impl Deferred for Chain {
    fn run(&self, cx: &IrqsOff) {
        if let Some(me) = SetOnce::as_ref(&self.me) {
            let [first, second] = self.cpus;
            let _ = me.queue_on(if cx.cpu() == first { second } else { first });
        }
    }
}

fn chain() -> Result {
    let cpus = Cpus::new([("cpu", -1), ("cpu", -1)])?.others;
    let me = Arc::new(SetOnce::new(), GFP_KERNEL)?;
    let link = Chain {
        me: me.clone(),
        cpus,
    };
    let work = Arc::new(Work::new(link, Policy::Never, GFP_KERNEL)?, GFP_KERNEL)?;
    // A cycle: nobody drops it.
    me.populate(work.clone());
    let _ = work.queue_on(cpus[0]);
    Ok(())
}

struct Nothing;

impl Deferred for Nothing {
    fn run(&self, _cx: &IrqsOff) {}
}

/// A work that outlives its registration, and is used then.
struct Late(Work<Nothing>);

impl Drop for Late {
    fn drop(&mut self) {
        // Time for another module to get the slot. If that takes longer, less is tested.
        sleep_ms(ms());
        if let Ok(cpu) = target() {
            let pending = self.0.is_pending_on(cpu);
            let cancelled = self.0.cancel_on(cpu);
            let queued = self.0.queue_on(cpu);
            let is_out = !pending && !cancelled && queued == Outcome::ShutDown;
            pr_info!("out of its slot: {is_out}\n");
        }
    }
}

impl Late {
    /// It is pending.
    fn new() -> Result<Self> {
        let late = Self(Work::new(Nothing, Policy::Defer, GFP_KERNEL)?);
        let _ = late.0.queue_on(target()?);
        Ok(late)
    }

    /// Lets the reaper drop it.
    fn reap(self) -> Result {
        let idle = csd::new(move |_: &IrqsOff| _ = &self, GFP_KERNEL)?;
        drop(idle.call_on(CpuId::current())?);
        Ok(())
    }
}

struct Leak(Option<Late>);

impl Drop for Leak {
    fn drop(&mut self) {
        let leaked = match param(module_parameters::at.value()) {
            1 => pending(),
            2 => running(),
            5 => self.0.take().map_or(Err(EIO), Late::reap),
            _ => return,
        };
        pr_info!("leaked: {leaked:?}\n");
    }
}

impl kernel::Module for Leak {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        target()?;
        number_param("ms", ms(), 1, 10_000)?;
        match param(module_parameters::at.value()) {
            0 => forget(Work::new(|_: &IrqsOff| (), Policy::Defer, GFP_KERNEL)?),
            1 | 2 => (),
            3 => {
                pending()?;
                return Err(EBUSY);
            }
            4 => chain()?,
            5 => return Ok(Self(Some(Late::new()?))),
            at => {
                pr_err!("at={at}: must be 0 to 5\n");
                return Err(EINVAL);
            }
        }
        Ok(Self(None))
    }
}
