// SPDX-License-Identifier: GPL-2.0

//! Works on a CPU that goes off and on, which somebody else sees to while this loads.
//!
//! A CPU that goes offline runs its works for the last time with interrupts off, when it is not
//! online any more (`smpcfd_dying_cpu()`). Whatever is queued there from then on stays, and keeps
//! the CPU from raising interrupts for works when it is back: nobody's irq_work would run.

use core::cell::UnsafeCell;
use crosscall::{
    context::TaskContext,
    csd,
    irq_work::{
        self,
        pointer::SharedPointer,
        Context as Cx,
        Handle,
        Hard,
        Lazy,
        Mode,
        Normal,
        Scoped, //
    },
};
use kernel::{
    bindings,
    cpu::CpuId,
    cpumask::Cpumask,
    prelude::*,
    sync::atomic::{
        ordering::{
            Full,
            Relaxed, //
        },
        Atomic, //
    },
};

mod support;
use support::*;

module! {
    type: Hotplug,
    name: "irq_work_hotplug",
    authors: ["crosscall developers"],
    description: "Queues irq_works on a CPU that goes off and on",
    license: "GPL v2",
    params: {
        target: i32 {
            default: 1,
            description: "The CPU",
        },
        ms: u32 {
            default: 5000,
            description: "For how long",
        },
        requeue: u32 {
            default: 0,
            description: "Whether a lazy work is always pending there: for nohz=off alone",
        },
    },
}

/// Whether it takes works for threads too: somewhat later.
fn is_active(cpu: CpuId) -> bool {
    // SAFETY: The mask is there for good; a racy read is fine.
    unsafe { Cpumask::from_raw(&raw const bindings::__cpu_active_mask) }.test(cpu)
}

/// How often a work was queued with success, and how often it ran.
struct Account {
    queued: Atomic<u32>,
    ran: Atomic<u32>,
}

impl Account {
    const fn new() -> Self {
        Self {
            queued: Atomic::new(0),
            ran: Atomic::new(0),
        }
    }

    fn balances(&self) -> bool {
        self.ran.load(Relaxed) == self.queued.load(Relaxed)
    }

    fn run(&self) {
        self.ran.fetch_add(1, Relaxed);
    }

    /// Counts before the work can run: balancing must not be by chance.
    fn attempt(&self, queue: impl FnOnce() -> Result<bool>) -> Result<bool> {
        self.queued.fetch_add(1, Relaxed);
        let queued = queue();
        if queued != Ok(true) {
            self.queued.fetch_sub(1, Relaxed);
        }
        queued
    }
}

/// A last handle that interrupt context drops.
struct Seat<H> {
    taken: Atomic<bool>,
    handle: UnsafeCell<Option<H>>,
}

// SAFETY: One caller gets at the handle, and has it dropped where it is.
unsafe impl<H: Send> Sync for Seat<H> {}

impl<H> Seat<H> {
    fn new(handle: H) -> Self {
        Self {
            taken: Atomic::<bool>::new(false),
            handle: UnsafeCell::new(Some(handle)),
        }
    }

    /// Takes the handle, the first time.
    fn take(&self) -> Option<H> {
        if self.taken.xchg(true, Full) {
            return None;
        }
        // SAFETY: We are the first.
        unsafe { (*self.handle.get()).take() }
    }
}

/// A work that owns something.
fn payload(drops: &kernel::sync::Arc<Drops>) -> Result<Handle<impl SharedPointer>> {
    let owned = Dropped(drops.clone());
    Ok(irq_work::new::<Hard, _>(
        move |_| {
            let _ = &owned;
        },
        GFP_KERNEL,
    )?)
}

#[derive(Default)]
struct Seen {
    gone: u32,
    /// How often the works were looked at while the target was offline.
    looked: u32,
    left_behind: u32,
}

impl Seen {
    /// Looks what has become of works, once the target is offline. By then it has run all that it
    /// took. When it is back it may run what was left behind: a look that ends later does not
    /// count.
    fn look(&mut self, target: CpuId, all_ran: impl Fn() -> bool) {
        let look = || {
            let was_offline = !is_online(target);
            let all_ran = all_ran();
            (was_offline && !is_online(target)).then_some(all_ran)
        };
        // It refuses some works before it is offline, and until after it is back.
        let seen = (0..500).find_map(|_| {
            look().or_else(|| {
                sleep_ms(1);
                None
            })
        });
        if let Some(all_ran) = seen {
            self.looked += 1;
            self.left_behind += u32::from(!all_ran);
        }
    }
}

type Queue<'a> = &'a dyn Fn(&TaskContext) -> Result<bool>;

/// Sends works to the target until it is time to stop, and looks what becomes of them when it goes.
fn send(target: CpuId, until: u64, works: &[(&Account, Queue<'_>)]) -> Seen {
    let task = TaskContext::new();
    let mut seen = Seen::default();
    while now_ms() < until {
        let mut gone = false;
        for (account, queue) in works {
            gone |= account.attempt(|| queue(&task)) == Err(ENXIO);
        }
        if gone {
            seen.gone += 1;
            seen.look(target, || {
                works.iter().all(|(account, _)| account.balances())
            });
            // Once each time is enough.
            while !is_active(target) && now_ms() < until {
                sleep_ms(1);
            }
        }
    }
    seen
}

fn counting<M: Mode, R>(
    task: &TaskContext,
    account: &Account,
    body: impl FnOnce(&dyn Fn(CpuId, &TaskContext) -> Result<bool>) -> R,
) -> R {
    let run = |_: &Cx<M>| account.run();
    irq_work::scope(task, run, |work: &Scoped<M, _>| {
        body(&|cpu, task| work.queue_on(cpu, task))
    })
}

fn test(target: CpuId, ms: u32, requeue: bool) -> Result {
    // Without `requeue` it is chance whether a work runs that late.
    let mut report = Report::new(if requeue { 6 } else { 4 });
    let task = TaskContext::new();
    let (hard, normal, lazy) = (Account::new(), Account::new(), Account::new());
    let (own_hard, own_lazy) = (Account::new(), Account::new());
    let (dying, accepted) = (Atomic::<u32>::new(0), Atomic::<u32>::new(0));
    let drops = Drops::new()?;
    let seat = Seat::new(payload(&drops)?);

    // Queued by the target itself. A lazy work waits for the tick, or for the last time that the
    // CPU runs its works.
    let hard_there = |_: &Cx<Hard>| own_hard.run();
    let seen = irq_work::scope(&task, hard_there, |hard_there| {
        let lazy_there = |cx: &Cx<Lazy>| {
            own_lazy.run();
            if !is_online(cx.cpu()) {
                dying.fetch_add(1, Relaxed);
                let queued = [
                    own_hard.attempt(|| hard_there.queue()),
                    own_lazy.attempt(|| cx.requeue()),
                ];
                let accepts = queued
                    .iter()
                    .filter(|queued| **queued != Err(ENXIO))
                    .count();
                accepted.fetch_add(accepts as u32, Relaxed);
                drop(seat.take());
            } else if requeue {
                let _ = own_lazy.attempt(|| cx.requeue());
            }
        };
        irq_work::scope(&task, lazy_there, |lazy_there| {
            let run = |_: &Cx<Hard>| {
                hard.run();
                let _ = own_hard.attempt(|| hard_there.queue());
                let _ = own_lazy.attempt(|| lazy_there.queue());
            };
            irq_work::scope(&task, run, |work| {
                counting::<Normal, _>(&task, &normal, |queue_normal| {
                    counting::<Lazy, _>(&task, &lazy, |queue_lazy| {
                        send(
                            target,
                            now_ms() + u64::from(ms),
                            &[
                                (&hard, &|task| work.queue_on(target, task)),
                                (&normal, &|task| queue_normal(target, task)),
                                (&lazy, &|task| queue_lazy(target, task)),
                            ],
                        )
                    })
                })
            })
        })
    });
    let (dying, accepted) = (dying.load(Relaxed), accepted.load(Relaxed));
    pr_info!(
        "ktap: # refused {} times, seen offline {} times, {dying} runs on the dying CPU\n",
        seen.gone,
        seen.looked
    );
    report.result("target_went_offline", holds(seen.gone > 0));
    report.result(
        "nothing_was_left_behind",
        holds(seen.looked > 0 && seen.left_behind == 0 && accepted == 0),
    );
    if requeue {
        // There is such a run each time.
        let refused = accepted == 0 && dying > 0;
        report.result("dying_cpu_is_refused", holds(refused));
    }
    report.result(
        "all_accounted_for",
        balance(&[&hard, &normal, &lazy, &own_hard, &own_lazy]),
    );
    report.result("later_work_runs_there", later_work_runs(&task, target));
    if requeue {
        report.result("dropped_there_is_reaped", holds(reaped(&drops, 1)));
    }
    Ok(())
}

fn balance(accounts: &[&Account]) -> Result {
    for account in accounts {
        check!(account.balances() && account.ran.load(Relaxed) > 0);
    }
    Ok(())
}

/// A work that is queued on the target, now that it is back: by itself, so that the interrupt is
/// one that it raises.
fn later_work_runs(task: &TaskContext, target: CpuId) -> Result {
    let ran = kernel::sync::Arc::new(Account::new(), GFP_KERNEL)?;
    let its = ran.clone();
    let work = irq_work::new::<Hard, _>(move |_| its.run(), GFP_KERNEL)?;
    // It may be off at this moment.
    let queued = (0..500).find_map(|_| match csd::call(task, target, |_| work.queue()) {
        Ok(queued) => Some(queued),
        Err(_) => {
            sleep_ms(10);
            None
        }
    });
    check!(queued == Some(Ok(true)));
    check!(sleep_until(|| ran.ran.load(Relaxed) == 1).is_ok());
    Ok(())
}

struct Hotplug;

impl kernel::Module for Hotplug {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        // It may be off at this moment.
        let target = cpu_or_last("target", param(module_parameters::target.value()))?;
        let Cpus { here, .. } = Cpus::new([])?;
        if target == here {
            pr_err!(
                "target={}: must be another CPU than this one\n",
                here.as_u32()
            );
            return Err(EINVAL);
        }
        let requeue = number_param("requeue", param(module_parameters::requeue.value()), 0, 1)?;
        let ms = number_param("ms", param(module_parameters::ms.value()), 1, 600_000)?;
        test(target, ms, requeue != 0)?;
        Ok(Self)
    }
}
