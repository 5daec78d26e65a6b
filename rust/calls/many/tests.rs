// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of calls to many CPUs.

use kernel::{
    bindings,
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    cpumask::Cpumask,
    interrupt::local_interrupt_disable,
    macros::kunit_tests,
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
        Arc, //
    },
    task::might_sleep,
    time::{
        delay::fsleep,
        Delta,
        Instant,
        Monotonic, //
    }, //
};

use super::{
    call_all,
    new,
    Callback,
    Done,
    Idle,
    InFlight, //
};
use crate::context::{
    IrqsOff,
    TaskContext, //
};

#[kunit_tests(rust_smp_many)]
mod calls {
    use super::*;

    /// What callbacks and their test tell each other.
    struct Seen {
        started: Atomic<u32>,
        /// The callbacks may return.
        go: Atomic<u32>,
        dropped: Atomic<u32>,
    }

    impl Seen {
        fn new(go: u32) -> Result<Arc<Self>> {
            let seen = Self {
                started: Atomic::new(0),
                go: Atomic::new(go),
                dropped: Atomic::new(0),
            };
            Ok(Arc::new(seen, GFP_KERNEL)?)
        }

        /// Waits until `count` payloads were dropped. No more may follow.
        fn dropped(&self, count: u32) -> bool {
            let tick = Delta::from_millis(1);
            for _ in 0..10_000 {
                if self.dropped.load(Relaxed) >= count {
                    break;
                }
                fsleep(tick);
            }
            fsleep(tick * 10);
            self.dropped.load(Relaxed) == count
        }
    }

    /// What a call owns, and what its callbacks return. It is dropped in process context.
    struct Payload(Arc<Seen>, CpuId);

    impl Payload {
        fn new(seen: &Arc<Seen>) -> Self {
            Self(seen.clone(), CpuId::current())
        }
    }

    impl Drop for Payload {
        fn drop(&mut self) {
            might_sleep();
            self.0.dropped.fetch_add(1, Relaxed);
        }
    }

    /// Sleeps for about 50 ms, which a callback that spins cannot keep from ending: short sleeps
    /// are hrtimers of this CPU. A long one is a timer that may be left to the CPU which spins.
    fn nap() {
        for _ in 0..50 {
            fsleep(Delta::from_millis(1));
        }
    }

    /// Spins until `is_over`, for 10 seconds at most: with interrupts off, and another CPU may wait
    /// for this one.
    fn spin_until(is_over: impl Fn() -> bool) {
        let begin = Instant::<Monotonic>::now();
        while !is_over() && begin.elapsed() < Delta::from_secs(10) {
            core::hint::spin_loop();
        }
    }

    /// A call that lasts until its test says so. It owns a payload, and so does each result.
    fn lasting(seen: &Arc<Seen>) -> Result<Idle<impl Callback<Output = Payload>>> {
        let payload = Payload::new(seen);
        let run = move |_: &IrqsOff| {
            payload.0.started.fetch_add(1, Release);
            spin_until(|| payload.0.go.load(Acquire) != 0);
            Payload::new(&payload.0)
        };
        Ok(new(run, GFP_KERNEL)?)
    }

    fn possible() -> &'static Cpumask {
        // SAFETY: The mask is a static of the kernel, which does not change after boot.
        unsafe { Cpumask::from_raw(&raw const bindings::__cpu_possible_mask) }
    }

    fn is_online(cpu: CpuId) -> bool {
        // SAFETY: The mask is a static of the kernel, whose bits may change at any time.
        unsafe { Cpumask::from_raw(&raw const bindings::__cpu_online_mask) }.test(cpu)
    }

    fn cpus() -> impl Iterator<Item = CpuId> {
        (0..nr_cpu_ids())
            .filter_map(CpuId::from_u32)
            .filter(|&cpu| possible().test(cpu))
    }

    /// Each possible CPU but for those that `left_out` holds for has one result: its own, or that
    /// it is offline. Returns how many ran.
    fn check<C>(done: &Done<C>, left_out: impl Fn(CpuId) -> bool) -> Result<u32>
    where
        C: Callback<Output = Payload>,
    {
        let mut ran = 0;
        for cpu in cpus() {
            let mut results = done.iter().filter(|&(of, _)| of == cpu);
            let (first, second) = (results.next(), results.next());
            let is_right = match first {
                None => left_out(cpu),
                Some((_, Ok(payload))) => !left_out(cpu) && is_online(cpu) && payload.1 == cpu,
                Some((_, Err(error))) => !left_out(cpu) && !is_online(cpu) && error == ENXIO,
            };
            if !is_right || second.is_some() {
                pr_err!("the result of {cpu:?} is wrong\n");
                return Err(EIO);
            }
            ran += u32::from(matches!(first, Some((_, Ok(_)))));
        }
        Ok(ran)
    }

    fn online() -> u32 {
        cpus().filter(|&cpu| is_online(cpu)).count() as u32
    }

    /// Each form, with one call, which is handed back.
    #[test]
    fn forms() -> Result {
        let task = TaskContext::new();
        let seen = Seen::new(1)?;
        let idle = lasting(&seen)?;

        let done = idle.call(possible())?.wait(&task);
        assert_eq!(check(&done, |_| false)?, online());
        let done = done.into_idle().call_all()?.wait(&task);
        assert_eq!(check(&done, |cpu| !is_online(cpu))?, online());
        let odd = |cpu: CpuId| cpu.as_u32() % 2 == 1;
        let done = done.into_idle().call_if(odd)?.wait(&task);
        check(&done, |cpu| !is_online(cpu) || !odd(cpu))?;
        let odds = cpus().filter(|&cpu| is_online(cpu) && odd(cpu)).count() as u32;

        drop(done);
        assert_eq!(seen.started.load(Relaxed), 2 * online() + odds);
        // A result of each run, and what the call owns.
        assert!(seen.dropped(2 * online() + odds + 1));
        Ok(())
    }

    /// The caller's own CPU is the last, and may be the only one.
    #[test]
    fn own_cpu() -> Result {
        let seen = Seen::new(1)?;
        let idle = lasting(&seen)?;
        let (here, outcome) = {
            let _interrupts = local_interrupt_disable();
            let here = CpuId::current();
            let call = idle.call_if(|cpu| cpu == here);
            (here, call.map(|in_flight| in_flight.try_wait()))
        };
        let Ok(Ok(done)) = outcome else {
            return Err(EIO);
        };
        assert_eq!(check(&done, |cpu| cpu != here)?, 1);
        Ok(())
    }

    #[test]
    fn all_but_self() -> Result {
        let seen = Seen::new(1)?;
        let idle = lasting(&seen)?;
        let (here, outcome) = {
            let _interrupts = local_interrupt_disable();
            (CpuId::current(), idle.call_all_but_self())
        };
        let done = outcome?.wait(&TaskContext::new());
        let ran = check(&done, |cpu| cpu == here || !is_online(cpu))?;
        assert_eq!(ran, online() - 1);
        Ok(())
    }

    /// Callbacks may borrow, and so may results.
    #[test]
    fn scoped() -> Result {
        let sum = Atomic::<u32>::new(0);
        let borrowed = &sum;
        let results = call_all(&TaskContext::new(), |_cx| {
            borrowed.fetch_add(1 + CpuId::current().as_u32(), Relaxed);
            borrowed
        })?;
        let expected: u32 = cpus()
            .filter(|&cpu| is_online(cpu))
            .map(|cpu| 1 + cpu.as_u32())
            .sum();
        assert_eq!(sum.load(Relaxed), expected);
        assert_eq!(results.len() as u32, online());
        for (_cpu, result) in results {
            assert!(core::ptr::eq(result?, &sum));
        }
        Ok(())
    }

    /// A call to all CPUs but this one, which runs on each of them now.
    fn running_elsewhere(
        seen: &Arc<Seen>,
    ) -> Result<(InFlight<impl Callback<Output = Payload>>, u32)> {
        let idle = lasting(seen)?;
        let _interrupts = local_interrupt_disable();
        let in_flight = idle.call_all_but_self()?;
        let others = online() - 1;
        spin_until(|| seen.started.load(Acquire) >= others);
        Ok((in_flight, others))
    }

    /// Results come as CPUs end: no sooner, and each once.
    #[test]
    fn some_of_many() -> Result {
        let task = TaskContext::new();
        let seen = Seen::new(0)?;
        let (in_flight, others) = running_elsewhere(&seen)?;
        let outcome = in_flight.try_wait();
        seen.go.store(1, Release);
        let mut in_flight = match outcome {
            Err(in_flight) => in_flight,
            // There are no others.
            Ok(done) => return (check(&done, |_| true)? == others).then_some(()).ok_or(EIO),
        };

        assert!(in_flight.wait_at_least(&task, 1) >= others.min(1) as usize);
        let mut told = 0;
        while let Some((cpu, payload)) = in_flight.wait_any(&task) {
            assert!(payload.1 == cpu);
            told += 1;
        }
        assert_eq!(told, others);
        drop(in_flight.wait(&task));
        assert!(seen.dropped(others + 1));
        Ok(())
    }

    /// A workqueue drops what the call owns, after the last callback.
    #[test]
    fn dropped_while_they_run() -> Result {
        let seen = Seen::new(0)?;
        let (in_flight, others) = running_elsewhere(&seen)?;
        drop(in_flight);
        // A worker that should not could run meanwhile.
        nap();
        let early = seen.dropped.load(Relaxed);
        seen.go.store(1, Release);
        assert!(early == 0 || others == 0);
        assert!(seen.dropped(others + 1));
        Ok(())
    }
}
