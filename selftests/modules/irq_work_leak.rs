// SPDX-License-Identifier: GPL-2.0

//! Leaks handles of irq_works at every point at which that is possible, in safe code. Then comes
//! `rmmod`.
//!
//! | `at=` | what is leaked                                                         |
//! |-------|------------------------------------------------------------------------|
//! | 0     | a handle of a work that never was queued, and one of a static object   |
//! | 1     | a work that runs and is pending again, in the exit function            |
//! | 2     | the same, of a static object                                           |
//! | 3     | the same, in an init function that fails                               |
//! | 4     | nothing: the handle is dropped while the work runs, and what it owns,  |
//! |       | another work, takes long to drop                                       |
//! | 5     | a work that queues itself for ever                                     |
//! | 6     | an exclusive work that runs                                            |
//! | 7     | a shared object, whose handles were dropped                            |

use core::mem::forget;
use crosscall::{
    context::TaskContext,
    impl_has_irq_work,
    irq_work::{
        self,
        Context as Cx,
        Handle,
        Hard,
        IrqWork,
        IrqWorkCallback,
        Normal, //
    },
};
use kernel::{
    cpu::CpuId,
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
    name: "irq_work_leak",
    authors: ["crosscall developers"],
    description: "Leaks handles of irq_works",
    license: "GPL v2",
    params: {
        at: u32 {
            default: 0,
            description: "Where handles are leaked: 0 to 7, see the table in the source",
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

fn ms() -> u32 {
    param(module_parameters::ms.value())
}

/// `other=` and `third=`, and this CPU, which is another one.
fn cpus() -> Result<Cpus<2>> {
    Cpus::new([
        ("other", param(module_parameters::other.value())),
        ("third", param(module_parameters::third.value())),
    ])
}

static RUNNING: Atomic<u32> = Atomic::new(0);

/// What takes long, and is noticed.
fn long_callback() {
    RUNNING.fetch_add(1, Relaxed);
    spin_ms(ms());
    pr_info!("a callback has run\n");
}

/// Queues a work on `other`, and once it runs there, on `third`: then it runs twice at once.
fn busy(queue_on: impl Fn(CpuId, &TaskContext) -> Result<bool>) -> Result {
    let task = TaskContext::new();
    let cpus = cpus()?;
    let [other, third] = cpus.others;
    queue_on(other, &task)?;
    started("the first run", || RUNNING.load(Relaxed) > 0)?;
    queue_on(third, &task)?;
    Ok(())
}

fn leak_busy() -> Result {
    let work = irq_work::new::<Hard, _>(|_| long_callback(), GFP_KERNEL)?;
    busy(|cpu, task| work.queue_on(cpu, task))?;
    forget(work);
    Ok(())
}

/// An object in the module's own memory.
struct Fixed {
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Fixed { self.work }
}

impl IrqWorkCallback for Fixed {
    type Mode = Normal;
    type Pointer = &'static Self;

    fn run(_this: &'static Self, _cx: &Cx<Normal>) {
        long_callback();
    }
}

static FIXED: Fixed = Fixed {
    work: IrqWork::new_static(),
};

/// What takes long to drop.
struct Slow;

impl Drop for Slow {
    fn drop(&mut self) {
        sleep_ms(ms());
        pr_info!("the payload is dropped\n");
    }
}

/// A work that owns such a thing, and something else.
fn slow<T: Send + Sync + 'static>(owned: T) -> Result<impl Send + Sync + 'static> {
    let owned = (Slow, owned);
    let work = irq_work::new::<Hard, _>(
        move |_| {
            let _ = &owned;
            spin_ms(10);
        },
        GFP_KERNEL,
    )?;
    work.queue_on(cpus()?.others[0], &TaskContext::new())?;
    Ok(work)
}

/// A work that queues itself, on two CPUs in turn.
fn leak_endless() -> Result {
    let cpus = cpus()?;
    let [other, third] = cpus.others;
    let work = irq_work::new::<Hard, _>(
        move |cx| {
            let _ = cx.requeue_on(if cx.cpu() == other { third } else { other });
        },
        GFP_KERNEL,
    )?;
    work.queue_on(other, &TaskContext::new())?;
    forget(work);
    Ok(())
}

fn leak_exclusive() -> Result {
    let idle = irq_work::exclusive::new::<Hard, _>(|_| long_callback(), GFP_KERNEL)?;
    forget(idle.queue_on(cpus()?.others[0], &TaskContext::new())?);
    Ok(())
}

struct Leak;

impl Drop for Leak {
    fn drop(&mut self) {
        // In the exit function, the last chance: see csd_leak.rs.
        let leaked = match param(module_parameters::at.value()) {
            1 => leak_busy(),
            2 => busy(|cpu, task| Handle::from(&FIXED).queue_on(cpu, task)),
            4 => slow(()).and_then(slow).map(drop),
            6 => leak_exclusive(),
            _ => return,
        };
        pr_info!("leaked: {leaked:?}\n");
    }
}

impl kernel::Module for Leak {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        number_param("ms", ms(), 1, 10_000)?;
        cpus()?;
        match param(module_parameters::at.value()) {
            0 => {
                forget(irq_work::new::<Normal, _>(|_| (), GFP_KERNEL)?);
                forget(Handle::from(&FIXED));
            }
            1 | 2 | 4 | 6 => (),
            3 => {
                leak_busy()?;
                pr_info!("init fails\n");
                return Err(EBUSY);
            }
            5 => leak_endless()?,
            7 => {
                let work = irq_work::new::<Normal, _>(|_| (), GFP_KERNEL)?;
                forget(work.shared());
                work.queue_on(cpus()?.others[0], &TaskContext::new())?;
            }
            at => {
                pr_err!("at={at}: must be 0 to 7\n");
                return Err(EINVAL);
            }
        }
        Ok(Self)
    }
}
