// SPDX-License-Identifier: GPL-2.0

//! What flush() waits for.

use super::*;

/// As long as it takes at most to reach a place where a CPU is held.
const LEAD_MS: u32 = 250;

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

pub(super) fn flush_waits_for_a_csd(other: CpuId, _third: CpuId) -> Result {
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

pub(super) fn flush_waits_for_hard_works(other: CpuId, _third: CpuId) -> Result {
    flush_waits_for_works::<Hard>(other)
}

pub(super) fn flush_waits_for_normal_works(other: CpuId, _third: CpuId) -> Result {
    flush_waits_for_works::<Normal>(other)
}

pub(super) fn flush_waits_for_lazy_works(other: CpuId, _third: CpuId) -> Result {
    flush_waits_for_works::<Lazy>(other)
}

/// A call to one's own CPU runs at once, and would be no barrier.
pub(super) fn flush_waits_for_own_cpu(_other: CpuId, _third: CpuId) -> Result {
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

pub(super) fn flush_all_of_many(_other: CpuId, _third: CpuId) -> Result {
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
pub(super) fn concurrent_flushes(_other: CpuId, _third: CpuId) -> Result {
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
