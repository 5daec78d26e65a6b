// SPDX-License-Identifier: GPL-2.0

//! Handlers that are replaced, by one that waits or later.

use super::*;

pub(super) fn replace_gives_the_old_state(other: CpuId, _third: CpuId) -> Result {
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

pub(super) fn replace_waits_for_a_callback(other: CpuId, _third: CpuId) -> Result {
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

pub(super) fn replace_waits_for_a_thread(other: CpuId, _third: CpuId) -> Result {
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

pub(super) fn async_does_not_wait(other: CpuId, third: CpuId) -> Result {
    let task = TaskContext::new();
    for context in [Context::Task, Context::Softirq, Context::Hardirq] {
        let slot = slot(named(1)?)?;
        let mut new = Some(named(2)?);
        let mut seen = None;
        let (visit, _call) = visit_by(&slot, other, Visit::stay_until_let_go)?;
        run_in(context, third, || {
            seen = NotInNmi::new().ok().zip(new.take()).map(|(cx, new)| {
                let old = slot.replace_async(new, &cx);
                (old.try_wait(), visit.is_over())
            });
        })?;
        visit.let_go();
        let (old, was_over) = seen.ok_or(EIO)?;
        check!(!was_over);
        check!(slot.read(|handler| handler.name) == 2);
        let Err(old) = old else {
            return Err(EIO);
        };
        let old = old.wait(GracePeriod::Normal, &task);
        check!(visit.is_over() && old.name == 1);
    }
    Ok(())
}

/// Nobody else asks for a grace period.
pub(super) fn async_ends_by_itself(other: CpuId, _third: CpuId) -> Result {
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
pub(super) fn dropped_async_is_reaped_later(other: CpuId, _third: CpuId) -> Result {
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

/// Functions of two types replace each other; the state of each stays.
pub(super) fn callbacks_replace_each_other(other: CpuId, _third: CpuId) -> Result {
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

/// Each state is given to one replacer.
pub(super) fn concurrent_replacers(_other: CpuId, _third: CpuId) -> Result {
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
