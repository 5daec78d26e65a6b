// SPDX-License-Identifier: GPL-2.0

//! Works for a CPU that is in the kernel, or offline.

use super::*;

pub(super) fn kernel_cpu_is_interrupted(kernel: CpuId) -> Result {
    let (work, seen) = work(kernel, Policy::Defer)?;
    for run in 1..=10 {
        seen.message.store(run, Relaxed);
        check!(work.queue_on(kernel) == Outcome::Sent);
        check!(sleep_until(|| seen.runs() == run).is_ok());
        check!(seen.received.load(Relaxed) == run);
    }
    check!(seen.misplaced.load(Relaxed) == 0);
    Ok(())
}

pub(super) fn only_is_refused(kernel: CpuId) -> Result {
    let (work, seen) = work(kernel, Policy::Only)?;
    check!(work.queue_on(kernel) == Outcome::Refused);
    check!(!work.is_pending_on(kernel));
    work.flush_all(&TaskContext::new());
    check!(seen.runs() == 0);
    Ok(())
}

pub(super) fn own_cpu() -> Result {
    // `Cpus` keeps us here.
    let here = CpuId::current();
    let (work, seen) = work(here, Policy::Defer)?;
    check!(work.queue_on(here).is_accepted());
    check!(sleep_until(|| seen.runs() == 1).is_ok());
    work.flush(here, &TaskContext::new());
    check!(seen.misplaced.load(Relaxed) == 0);
    Ok(())
}

pub(super) fn queued_with_irqs_off(kernel: CpuId) -> Result {
    let (work, seen) = work(kernel, Policy::Defer)?;
    let outcome = csd::call(&TaskContext::new(), kernel, |cx| {
        let outcome = work.queue_on(cx.cpu());
        // Not inline: interrupts are off.
        (outcome, seen.runs())
    })?;
    check!(outcome == (Outcome::Sent, 0));
    check!(sleep_until(|| seen.runs() == 1).is_ok());
    Ok(())
}

/// A work that queues itself where it runs.
struct Chain {
    me: Atomic<*const Work<ChainLink>>,
    left: Atomic<u64>,
}

struct ChainLink(Arc<Chain>);

impl Deferred for ChainLink {
    fn run(&self, cx: &IrqsOff) {
        if self.0.left.fetch_sub(1, Relaxed) > 1 {
            // SAFETY: The test stops the chain before it drops the work.
            let me = unsafe { &*self.0.me.load(Relaxed) };
            let _ = me.queue_on(cx.cpu());
        }
    }
}

pub(super) fn queues_itself(kernel: CpuId) -> Result {
    let chain = Arc::new(
        Chain {
            me: Atomic::new(core::ptr::null()),
            left: Atomic::new(100),
        },
        GFP_KERNEL,
    )?;
    let work = Work::new(ChainLink(chain.clone()), Policy::Defer, GFP_KERNEL)?;
    chain.me.store(&raw const work, Relaxed);
    check!(work.queue_on(kernel) == Outcome::Sent);
    let ended = sleep_until(|| chain.left.load(Relaxed) == 0).is_ok();
    // Even if not.
    chain.left.store(1, Relaxed);
    sleep_ms(10);
    check!(ended);
    Ok(())
}

pub(super) fn offline_cpu(offline: CpuId) -> Result {
    let (work, seen) = work(offline, Policy::Defer)?;
    check!(work.queue_on(offline) == Outcome::Offline);
    check!(!work.is_pending_on(offline));
    work.flush_all(&TaskContext::new());
    check!(seen.runs() == 0);
    Ok(())
}

/// A work that runs on a CPU until it is told to end, and `after_ms` longer.
struct Slow {
    started: Atomic<u64>,
    told: Atomic<u64>,
    /// Nobody has told it.
    gave_up: Atomic<u64>,
    ended: Atomic<u64>,
}

impl Slow {
    fn start(cpu: CpuId, after_ms: u32) -> Result<(Work<impl Deferred>, Arc<Self>)> {
        let slow = Arc::new(
            Self {
                started: Atomic::new(0),
                told: Atomic::new(0),
                gave_up: Atomic::new(0),
                ended: Atomic::new(0),
            },
            GFP_KERNEL,
        )?;
        let this = slow.clone();
        let run = move |_: &IrqsOff| this.run(after_ms);
        let work = Work::new(run, Policy::Defer, GFP_KERNEL)?;
        check!(work.queue_on(cpu) == Outcome::Sent);
        check!(sleep_until(|| slow.started.load(Relaxed) == 1).is_ok());
        Ok((work, slow))
    }

    fn run(&self, after_ms: u32) {
        self.started.store(1, Relaxed);
        if !spin_until(|| self.told.load(Relaxed) == 1) {
            self.gave_up.store(1, Relaxed);
        }
        spin_ms(after_ms);
        self.ended.store(1, Relaxed);
    }

    fn tell(&self) {
        self.told.store(1, Relaxed);
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Relaxed) == 1
    }
}

/// A request that comes when the CPU has taken what was pending takes an interrupt of its own.
pub(super) fn requested_during_a_run(kernel: CpuId) -> Result {
    let (other, other_seen) = work(kernel, Policy::Defer)?;
    let (_work, slow) = Slow::start(kernel, 0)?;
    let outcome = other.queue_on(kernel);
    slow.tell();
    check!(outcome == Outcome::Sent);
    check!(sleep_until(|| slow.has_ended() && other_seen.runs() == 1).is_ok());
    check!(slow.gave_up.load(Relaxed) == 0);
    Ok(())
}

pub(super) fn drop_waits_for_the_callback(kernel: CpuId) -> Result {
    // So long must a drop that does not wait be late not to be noticed.
    let (work, slow) = Slow::start(kernel, 200)?;
    slow.tell();
    drop(work);
    let waited = slow.has_ended();
    // Let it end in any case.
    let _ = sleep_until(|| slow.has_ended());
    sleep_ms(50);
    check!(waited && slow.gave_up.load(Relaxed) == 0);
    Ok(())
}
