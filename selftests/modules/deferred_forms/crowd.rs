// SPDX-License-Identifier: GPL-2.0

//! Many works at once, and works that callbacks make and drop.

use super::*;

/// One of many works, which counts its runs.
struct Numbered {
    runs: Arc<KVec<Atomic<u64>>>,
    number: usize,
    owned: Owned,
}

impl Deferred for Numbered {
    fn run(&self, _cx: &IrqsOff) {
        self.runs[self.number].fetch_add(1, Relaxed);
        self.owned.0.runs.fetch_add(1, Relaxed);
    }
}

/// Many works at once, and how often each has run.
struct Crowd {
    works: KVec<Work<Numbered>>,
    runs: Arc<KVec<Atomic<u64>>>,
    seen: Arc<Seen>,
}

impl Crowd {
    fn new(count: usize) -> Result<Self> {
        let mut runs = KVec::new();
        for _ in 0..count {
            runs.push(Atomic::new(0), GFP_KERNEL)?;
        }
        let (runs, seen) = (Arc::new(runs, GFP_KERNEL)?, Seen::new()?);
        let mut works = KVec::new();
        for number in 0..count {
            let work = Numbered {
                runs: runs.clone(),
                number,
                owned: Owned(seen.clone()),
            };
            works.push(Work::new(work, Policy::Defer, GFP_KERNEL)?, GFP_KERNEL)?;
        }
        Ok(Self { works, runs, seen })
    }

    /// Queues all of them on a CPU, and waits: whether each has run as often as that in all.
    fn each_runs(&self, cpu: CpuId, in_all: u64) -> Result {
        let task = TaskContext::new();
        for work in &self.works {
            check!(matches!(
                work.queue_on(cpu),
                Outcome::Sent | Outcome::Deferred
            ));
        }
        for work in &self.works {
            work.flush(cpu, &task);
        }
        check!(self.runs.iter().all(|runs| runs.load(Relaxed) == in_all));
        Ok(())
    }

    /// Drops them in a callback, where nobody may sleep: what they own is dropped later.
    fn drop_in_a_callback(mut self, cpu: CpuId) -> Result {
        let count = self.works.len() as u64;
        csd::call(&TaskContext::new(), cpu, |_| {
            while let Some(work) = self.works.pop() {
                drop(work);
            }
        })?;
        check!(sleep_until(|| self.seen.dropped.load(Relaxed) == count).is_ok());
        Ok(())
    }
}

/// Thousands of works at once on one CPU, so that groups share a mark: each runs once, and once
/// more. Then others get their slots.
pub(super) fn thousands_at_once(kernel: CpuId, target: CpuId) -> Result {
    let first = Crowd::new(4200)?;
    first.each_runs(target, 1)?;
    first.each_runs(target, 2)?;
    first.drop_in_a_callback(kernel)?;
    let second = Crowd::new(500)?;
    second.each_runs(target, 1)?;
    // Pending when they go.
    for work in &second.works {
        let _ = work.queue_on(target);
    }
    second.drop_in_a_callback(kernel)?;
    kernel_cpu_is_interrupted(kernel)
}

/// A work is made, used and dropped where nobody may sleep, more often than there once were slots.
pub(super) fn made_and_dropped_in_a_callback(kernel: CpuId) -> Result {
    let seen = Seen::new()?;
    for _ in 0..100 {
        let mut outcome = Err(EIO);
        csd::call(&TaskContext::new(), kernel, |cx| {
            let noter = Noter {
                owned: Owned(seen.clone()),
                cpu: cx.cpu(),
            };
            outcome = Work::new(noter, Policy::Defer, GFP_ATOMIC)
                .map(|work| work.queue_on(cx.cpu()))
                .map_err(|refused| refused.error);
        })?;
        check!(outcome == Ok(Outcome::Sent));
    }
    // The requests were revoked by the drop.
    check!(sleep_until(|| seen.dropped.load(Relaxed) == 100).is_ok());
    check!(seen.runs() == 0);
    Ok(())
}
