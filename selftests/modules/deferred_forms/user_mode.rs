// SPDX-License-Identifier: GPL-2.0

//! Works for a CPU that is in user mode.

use super::*;

/// Tries what something else may disturb, which is rare: it must succeed more often than not.
fn eventually(mut f: impl FnMut() -> Result) -> Result {
    let (mut successes, mut failures) = (0, 0);
    while successes + failures < 20 {
        match f() {
            Ok(()) => successes += 1,
            Err(error) => {
                pr_info!("ktap: # disturbed, or wrong: {error:?}\n");
                failures += 1;
                sleep_ms(100);
            }
        }
        if successes >= 2 && successes > failures {
            return Ok(());
        }
    }
    Err(EIO)
}

pub(super) fn waits_in_user_mode(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        sleep_ms(50);
        check!(work.is_pending_on(isolated) && seen.runs() == 0);
        work.flush(isolated, &TaskContext::new());
        check!(!work.is_pending_on(isolated) && seen.runs() == 1);
        check!(seen.misplaced.load(Relaxed) == 0);
        Ok(())
    })
}

pub(super) fn coalesces(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        for message in 1..100 {
            seen.message.store(message, Relaxed);
            check!(work.queue_on(isolated) == Outcome::AlreadyPending);
        }
        work.flush_all(&TaskContext::new());
        check!(seen.runs() == 1 && seen.received.load(Relaxed) == 99);
        Ok(())
    })
}

pub(super) fn is_cancelled(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        check!(!work.cancel_on(isolated));
        check!(work.queue_on(isolated) == Outcome::Deferred);
        check!(work.cancel_on(isolated) && !work.cancel_on(isolated));
        work.flush_all(&TaskContext::new());
        check!(seen.runs() == 0);
        check!(work.queue_on(isolated) == Outcome::Deferred);
        let mut on = None;
        check!(work.cancel(|cpu| on = Some(cpu)) == 1 && on == Some(isolated));
        check!(seen.runs() == 0);
        Ok(())
    })
}

pub(super) fn only_is_deferred(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Only)?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        check!(work.queue_on(isolated) == Outcome::AlreadyPending);
        check!(seen.runs() == 0);
        work.flush_all(&TaskContext::new());
        check!(seen.runs() == 1);
        Ok(())
    })
}

pub(super) fn deadline_interrupts(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Within(msecs_to_jiffies(200)))?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        sleep_ms(50);
        check!(seen.runs() == 0);
        let asked = now_ms();
        check!(sleep_until(|| seen.runs() == 1).is_ok());
        // Much later it could have entered the kernel for a reason of its own.
        check!(now_ms() - asked < 5_000);
        Ok(())
    })
}

/// A near deadline is met although the timer is pending for one that is nearly over, and that was
/// so far when it began that the timer wheel lets it pass by 64 jiffies.
pub(super) fn deadline_behind_another(isolated: CpuId) -> Result {
    const COARSE: usize = 64;
    let mut late = 0;

    for _ in 0..20 {
        // The wheel rounds up to the next one behind this.
        let far = (jiffies() + 10 * COARSE).next_multiple_of(COARSE);
        let (first, _) = work(isolated, Policy::Within(far - jiffies()))?;
        let (second, seen) = work(isolated, Policy::Within(2))?;
        if first.queue_on(isolated) != Outcome::Deferred {
            continue;
        }
        while jiffies() + 1 < far {
            sleep_ms(1);
        }
        let asked = jiffies();
        if second.queue_on(isolated) != Outcome::Deferred || !first.is_pending_on(isolated) {
            continue;
        }
        check!(sleep_until(|| seen.runs() == 1).is_ok());
        let took = jiffies() - asked;
        pr_info!("ktap: # a deadline of 2 jiffies took {took}\n");
        if took < COARSE / 2 {
            return Ok(());
        }
        // A busy host may be the reason. The wheel would let it pass each time.
        late += 1;
        check!(late < 5);
    }
    Err(EAGAIN)
}

pub(super) fn dropped_while_pending(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        drop(work);
        check!(seen.runs() == 0 && seen.dropped.load(Relaxed) == 1);
        Ok(())
    })
}

pub(super) fn unregistered_while_pending(isolated: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        check!(work.queue_on(isolated) == Outcome::Deferred);
        let mut on = None;
        let task = TaskContext::new();
        let (data, revoked) = work.unregister(&task, |cpu| on = Some(cpu)).ok_or(EIO)?;
        check!(revoked == 1 && on == Some(isolated));
        check!(seen.runs() == 0 && seen.dropped.load(Relaxed) == 0);
        drop(data);
        check!(seen.dropped.load(Relaxed) == 1);
        Ok(())
    })
}

pub(super) fn mask_tells_all(isolated: CpuId, kernel: CpuId) -> Result {
    eventually(|| {
        let (work, seen) = work(isolated, Policy::Defer)?;
        let mut mask = CpumaskVar::new_zero(GFP_KERNEL)?;
        mask.set(isolated);
        mask.set(kernel);
        let outcomes = work.queue_mask(&mask);
        check!(outcomes.deferred == 1 && outcomes.sent == 1);
        work.flush_all(&TaskContext::new());
        check!(seen.runs() == 2);
        Ok(())
    })
}
