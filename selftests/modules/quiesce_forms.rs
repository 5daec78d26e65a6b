// SPDX-License-Identifier: GPL-2.0

//! What handlers, their tokens, and `flush()` promise.

use core::mem::forget;
use crosscall::{
    calls::quiesce::{
        flush_all,
        flush_cpu,
        Callback,
        GracePeriod,
        Handler,
        Quiesced, //
    },
    context::{
        IrqsOff,
        NotInNmi,
        TaskContext, //
    },
    csd,
    irq_work::{
        self,
        Hard,
        Lazy,
        Mode,
        Normal, //
    },
};
use kernel::{
    cpu::CpuId,
    new_spinlock,
    prelude::*,
    sync::{
        atomic::{
            ordering::{
                Acquire,
                Relaxed,
                Release, //
            },
            Atomic, //
        },
        Arc,
        SpinLock, //
    },
};

mod in_context;
#[macro_use]
mod support;
use in_context::*;
use support::*;

module! {
    type: Forms,
    name: "quiesce_forms",
    authors: ["crosscall developers"],
    description: "Tests what handlers and flush() promise",
    license: "GPL v2",
    params: {
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this; -1: any",
        },
        third: i32 {
            default: -1,
            description: "Another such CPU; -1: any",
        },
    },
}

/// How long something is held that others should wait for.
const HOLD_MS: u32 = 300;

/// As long as it takes at most to reach a place where a CPU is held.
const LEAD_MS: u32 = 250;

const BOTH: [GracePeriod; 2] = [GracePeriod::Normal, GracePeriod::Expedited];

/// Where somebody else is.
struct Visit {
    entered: Atomic<bool>,
    left: Atomic<bool>,
}

impl Visit {
    fn new() -> Result<Arc<Self>> {
        Ok(Arc::new(
            Self {
                entered: Atomic::<bool>::new(false),
                left: Atomic::<bool>::new(false),
            },
            GFP_KERNEL,
        )?)
    }

    fn stay(&self, ms: u32) {
        self.entered.store(true, Release);
        spin_ms(ms);
        self.left.store(true, Release);
    }

    /// Waits for the visitor.
    fn has_come(&self) -> bool {
        sleep_until(|| self.entered.load(Acquire)).is_ok()
    }

    fn is_over(&self) -> bool {
        self.left.load(Acquire)
    }
}

/// A state with a name, whose drop is noticed.
struct Named {
    name: u32,
    calls: Atomic<u32>,
    _dropped: Option<Dropped>,
}

fn named(name: u32) -> Result<Quiesced<Named>> {
    named_by(name, None)
}

fn named_by(name: u32, dropped: Option<Dropped>) -> Result<Quiesced<Named>> {
    Quiesced::new(
        Named {
            name,
            calls: Atomic::new(0),
            _dropped: dropped,
        },
        GFP_KERNEL,
    )
}

type Slot = Arc<Handler<Named>>;

fn slot(handler: Quiesced<Named>) -> Result<Slot> {
    Ok(Arc::new(Handler::new(handler), GFP_KERNEL)?)
}

/// Lets `cpu` visit the handler of `slot` in a callback, and returns when it is there.
fn visit(slot: &Slot, cpu: CpuId, ms: u32) -> Result<(Arc<Visit>, impl Drop)> {
    let visit = Visit::new()?;
    let call = csd::new(
        {
            let (slot, visit) = (slot.clone(), visit.clone());
            move |cx: &IrqsOff| {
                slot.with(cx, |handler| {
                    handler.calls.fetch_add(1, Relaxed);
                    visit.stay(ms);
                })
            }
        },
        GFP_KERNEL,
    )?
    .call_on(cpu)?;
    if !visit.has_come() {
        return Err(ETIMEDOUT);
    }
    Ok((visit, call))
}

fn replace_gives_the_old_state(other: CpuId, _third: CpuId) -> Result {
    let task = TaskContext::new();
    let slot = slot(named(1)?)?;
    for how in BOTH {
        drop(visit(&slot, other, 0)?);
        flush_cpu(other, how, &task)?;
        let old = slot.replace(named(2)?, how, &task);
        check!(old.name == 1 && old.calls.load(Relaxed) == 1);
        // The same object again.
        let new = slot.replace(old, how, &task);
        check!(new.name == 2 && new.calls.load(Relaxed) == 0);
        let mut old = slot.replace(new, how, &task);
        old.as_mut().calls = Atomic::new(0);
        drop(slot.replace(old, how, &task));
    }
    Ok(())
}

fn replace_waits_for_a_callback(other: CpuId, _third: CpuId) -> Result {
    let task = TaskContext::new();
    for how in BOTH {
        let slot = slot(named(1)?)?;
        let (visit, _call) = visit(&slot, other, HOLD_MS)?;
        let old = slot.replace(named(2)?, how, &task);
        check!(visit.is_over());
        check!(old.calls.load(Relaxed) == 1);
    }
    Ok(())
}

/// Lets a thread on `cpu` visit the handler, which may be preempted there, while `body` runs.
fn while_read(slot: &Slot, cpu: CpuId, body: impl FnOnce(&Visit) -> Result) -> Result {
    let visit = Visit::new()?;
    let _thread = Thread::start(cpu, |_| {
        slot.read(|handler| {
            handler.calls.fetch_add(1, Relaxed);
            visit.stay(HOLD_MS);
        });
    })?;
    check!(visit.has_come());
    body(&visit)
}

fn replace_waits_for_a_thread(other: CpuId, _third: CpuId) -> Result {
    let task = TaskContext::new();
    for how in BOTH {
        let slot = slot(named(1)?)?;
        while_read(&slot, other, |visit| {
            let old = slot.replace(named(2)?, how, &task);
            check!(visit.is_over() && old.calls.load(Relaxed) == 1);
            Ok(())
        })?;
    }
    Ok(())
}

fn async_does_not_wait(other: CpuId, third: CpuId) -> Result {
    let task = TaskContext::new();
    for context in [Context::Task, Context::Softirq, Context::Hardirq] {
        let slot = slot(named(1)?)?;
        let mut new = Some(named(2)?);
        let mut seen = None;
        let (visit, _call) = visit(&slot, other, HOLD_MS)?;
        run_in(context, third, || {
            seen = NotInNmi::new().ok().zip(new.take()).map(|(cx, new)| {
                let old = slot.replace_async(new, &cx);
                (old.try_wait(), visit.is_over())
            });
        })?;
        let (old, was_over) = seen.ok_or(EIO)?;
        check!(old.is_err() || was_over);
        check!(slot.read(|handler| handler.name) == 2);
        let old = old.unwrap_or_else(|old| old.wait(GracePeriod::Normal, &task));
        check!(visit.is_over() && old.name == 1);
    }
    Ok(())
}

/// Nobody else asks for a grace period.
fn async_ends_by_itself(other: CpuId, _third: CpuId) -> Result {
    let slot = slot(named(1)?)?;
    let (visit, _call) = visit(&slot, other, HOLD_MS)?;
    let mut old = slot.replace_async(named(2)?, &TaskContext::new());
    for _ in 0..5000 {
        match old.try_wait() {
            Ok(old) => {
                check!(visit.is_over() && old.name == 1);
                return Ok(());
            }
            Err(again) => old = again,
        }
        sleep_ms(1);
    }
    Err(ETIMEDOUT)
}

/// Not before the reader has left.
fn dropped_async_is_reaped_later(other: CpuId, _third: CpuId) -> Result {
    let drops = Drops::new()?;
    let slot = slot(named_by(1, Some(Dropped(drops.clone())))?)?;
    // Not a callback, behind which the workqueue may have to wait too.
    while_read(&slot, other, |visit| {
        drop(slot.replace_async(named(2)?, &TaskContext::new()));
        while !visit.is_over() {
            let dropped = drops.counts().0;
            check!(dropped == 0 || visit.is_over());
            sleep_ms(1);
        }
        Ok(())
    })?;
    check!(reaped(&drops, 1));
    Ok(())
}

fn tokens_dropped_in_each_context(other: CpuId, _third: CpuId) -> Result {
    let drops = Drops::new()?;
    let mut n = 0;
    let by_drops = || named_by(1, Some(Dropped(drops.clone())));
    for context in Context::ALL {
        let mut owned = Some((Handler::new(by_drops()?), by_drops()?));
        let mut quiescing =
            Some(Handler::new(by_drops()?).replace_async(named(2)?, &TaskContext::new()));
        // Where there are no NMIs to be had, the drop is here.
        let _ = run_in(context, other, || drop((owned.take(), quiescing.take())));
        drop((owned, quiescing));
        n += 3;
        check!(reaped(&drops, n));
    }
    Ok(())
}

fn leaked_tokens_are_leaked(other: CpuId, _third: CpuId) -> Result {
    let slot = slot(named(1)?)?;
    let (_visit, _call) = visit(&slot, other, 1)?;
    forget(slot.replace_async(named(2)?, &TaskContext::new()));
    forget(slot.replace(named(3)?, GracePeriod::Expedited, &TaskContext::new()));
    forget(Handler::new(named(4)?));
    Ok(())
}

fn into_inner_gives_the_handler(_other: CpuId, _third: CpuId) -> Result {
    let drops = Drops::new()?;
    let slot = Handler::new(named_by(7, Some(Dropped(drops.clone())))?);
    let inner = slot.into_inner();
    check!(inner.name == 7 && drops.counts().0 == 0);
    drop(inner);
    check!(reaped(&drops, 1));
    Ok(())
}

/// Functions of two types replace each other; the state of each stays.
fn callbacks_replace_each_other(other: CpuId, _third: CpuId) -> Result {
    let task = TaskContext::new();
    let sum = Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
    let add = Callback::new(
        {
            let sum = sum.clone();
            move |_cx, number: &u32| _ = sum.fetch_add(*number, Relaxed)
        },
        GFP_KERNEL,
    )?;
    let slot = Arc::new(Handler::new(add), GFP_KERNEL)?;
    let call = |number: u32| -> Result {
        let slot = &slot;
        csd::call(&task, other, move |cx| slot.call(cx, &number))?;
        Ok(())
    };
    call(1)?;
    let nop = Callback::new(|_cx, _number: &u32| (), GFP_KERNEL)?;
    let add = slot.replace(nop, GracePeriod::Expedited, &task);
    call(10)?;
    check!(sum.load(Relaxed) == 1);
    drop(slot.replace(add, GracePeriod::Expedited, &task));
    call(100)?;
    check!(sum.load(Relaxed) == 101);
    Ok(())
}

#[pin_data]
struct Locked {
    #[pin]
    lock: SpinLock<u32>,
}

fn pinned_state(_other: CpuId, _third: CpuId) -> Result {
    let locked = |value| {
        Quiesced::new(
            pin_init!(Locked { lock <- new_spinlock!(value) }),
            GFP_KERNEL,
        )
    };
    let slot = Handler::new(locked(1)?);
    slot.read(|handler| *handler.lock.lock() += 1);
    let old = slot.replace(locked(0)?, GracePeriod::Expedited, &TaskContext::new());
    let value = *old.lock.lock();
    check!(value == 2);
    Ok(())
}

/// Each state is given to one replacer.
fn concurrent_replacers(_other: CpuId, _third: CpuId) -> Result {
    const EACH: u32 = 200;

    let slot = slot(named(0)?)?;
    let (count, sum) = (Atomic::<u32>::new(0), Atomic::<u32>::new(0));
    let next = Atomic::<u32>::new(1);
    let failed = Atomic::<u32>::new(0);
    in_threads(online_cpus(), |_| {
        let task = TaskContext::new();
        for _ in 0..EACH {
            let Ok(new) = named(next.fetch_add(1, Relaxed)) else {
                failed.fetch_add(1, Relaxed);
                continue;
            };
            let old = slot
                .replace_async(new, &task)
                .wait(GracePeriod::Expedited, &task);
            count.fetch_add(1, Relaxed);
            sum.fetch_add(old.name, Relaxed);
        }
    })?;
    let (n, last) = (next.load(Relaxed), slot.read(|handler| handler.name));
    check!(failed.load(Relaxed) == 0);
    check!(count.load(Relaxed) == n - 1);
    check!(sum.load(Relaxed) + last == n * (n - 1) / 2);
    Ok(())
}

/// Holds `cpu` for a while, with interrupts off, after `queue` was called there.
fn hold<F>(cpu: CpuId, queue: F) -> Result<impl Drop>
where
    F: Fn(&IrqsOff) + Send + 'static,
{
    let visit = Visit::new()?;
    let call = csd::new(
        {
            let visit = visit.clone();
            move |cx: &IrqsOff| {
                queue(cx);
                visit.stay(LEAD_MS);
            }
        },
        GFP_KERNEL,
    )?
    .call_on(cpu)?;
    if !visit.has_come() {
        return Err(ETIMEDOUT);
    }
    Ok(call)
}

fn flush_waits_for_a_csd(other: CpuId, _third: CpuId) -> Result {
    let task = TaskContext::new();
    for how in BOTH {
        let visit = Visit::new()?;
        let long = csd::new(
            {
                let visit = visit.clone();
                move |_: &IrqsOff| visit.stay(HOLD_MS)
            },
            GFP_KERNEL,
        )?;
        let _held = hold(other, |_| ())?;
        let _in_flight = long.call_on(other)?;
        flush_cpu(other, how, &task)?;
        check!(visit.is_over());
    }
    Ok(())
}

fn flush_waits_for_works<M: Mode>(other: CpuId) -> Result {
    let task = TaskContext::new();
    for how in BOTH {
        let visits = [Visit::new()?, Visit::new()?];
        let works = [visits[0].clone(), visits[1].clone()];
        let work =
            |visit: Arc<Visit>| irq_work::new::<M, _>(move |_| visit.stay(HOLD_MS / 2), GFP_KERNEL);
        let [first, second] = works;
        let (first, second) = (work(first)?, work(second)?);
        let _held = hold(other, move |_| {
            let _ = (first.queue(), second.queue());
        })?;
        flush_cpu(other, how, &task)?;
        check!(visits.iter().all(|visit| visit.is_over()));
    }
    Ok(())
}

fn flush_waits_for_hard_works(other: CpuId, _third: CpuId) -> Result {
    flush_waits_for_works::<Hard>(other)
}

fn flush_waits_for_normal_works(other: CpuId, _third: CpuId) -> Result {
    flush_waits_for_works::<Normal>(other)
}

fn flush_waits_for_lazy_works(other: CpuId, _third: CpuId) -> Result {
    flush_waits_for_works::<Lazy>(other)
}

/// A call to one's own CPU runs at once, and would be no barrier.
fn flush_waits_for_own_cpu(_other: CpuId, _third: CpuId) -> Result {
    let task = TaskContext::new();
    for how in BOTH {
        let visit = Visit::new()?;
        let work = irq_work::new::<Lazy, _>(
            {
                let visit = visit.clone();
                move |_| visit.stay(HOLD_MS / 2)
            },
            GFP_KERNEL,
        )?;
        work.queue()?;
        flush_cpu(CpuId::current(), how, &task)?;
        check!(visit.is_over());
    }
    Ok(())
}

fn flush_all_of_many(_other: CpuId, _third: CpuId) -> Result {
    const EACH: u32 = 20;

    let task = TaskContext::new();
    let ran = Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
    let mut calls = KVec::new();
    let mut queued = 0;
    for cpu in online_cpus() {
        for _ in 0..EACH {
            let ran = ran.clone();
            let call = csd::new(move |_: &IrqsOff| _ = ran.fetch_add(1, Relaxed), GFP_KERNEL)?;
            calls.push(call.call_on(cpu)?, GFP_KERNEL)?;
            queued += 1;
        }
    }
    flush_all(GracePeriod::Expedited, &task)?;
    check!(ran.load(Relaxed) == queued);
    Ok(())
}

/// Flushes at the same time, on all CPUs.
fn concurrent_flushes(_other: CpuId, _third: CpuId) -> Result {
    let failed = Atomic::<u32>::new(0);
    in_threads(online_cpus(), |_| {
        let task = TaskContext::new();
        for _ in 0..10 {
            if flush_all(GracePeriod::Expedited, &task).is_err() {
                failed.fetch_add(1, Relaxed);
            }
        }
    })?;
    check!(failed.load(Relaxed) == 0);
    Ok(())
}

tests! {
    (CpuId, CpuId)
    replace_gives_the_old_state,
    replace_waits_for_a_callback,
    replace_waits_for_a_thread,
    async_does_not_wait,
    async_ends_by_itself,
    dropped_async_is_reaped_later,
    tokens_dropped_in_each_context,
    leaked_tokens_are_leaked,
    into_inner_gives_the_handler,
    callbacks_replace_each_other,
    pinned_state,
    concurrent_replacers,
    flush_waits_for_a_csd,
    flush_waits_for_hard_works,
    flush_waits_for_normal_works,
    flush_waits_for_lazy_works,
    flush_waits_for_own_cpu,
    flush_all_of_many,
    concurrent_flushes,
}

struct Forms;

impl kernel::Module for Forms {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let cpus = Cpus::new([
            ("other", param(module_parameters::other.value())),
            ("third", param(module_parameters::third.value())),
        ])?;
        let [other, third] = cpus.others;
        let mut report = Report::new(TESTS.len());
        for (name, test) in TESTS {
            report.result(name, test(other, third));
        }
        Ok(Self)
    }
}
