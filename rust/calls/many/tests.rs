// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of calls to many CPUs.

use kernel::{
    bindings,
    cpu::CpuId,
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
use crate::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    cpus::possible_cpus,
    csd::fixture::{
        go_after_nap,
        is_online,
        nap,
        spin_until,
        Payload,
        Seen, //
    }, //
};

#[kunit_tests(rust_smp_many)]
mod calls {
    use super::*;

    /// What a callback returns: the CPU that it ran on, and what is dropped in process context.
    type Here = (CpuId, Payload);

    /// A call that lasts until its test says so. It owns a payload, and so does each result.
    fn lasting(seen: &Arc<Seen>) -> Result<Idle<impl Callback<Output = Here>>> {
        let payload = Payload(seen.clone());
        let run = move |_: &IrqsOff| {
            payload.0.started.fetch_add(1, Release);
            spin_until(|| payload.0.go.load(Acquire) != 0);
            (CpuId::current(), Payload(payload.0.clone()))
        };
        Ok(new(run, GFP_KERNEL)?)
    }

    fn possible() -> &'static Cpumask {
        // SAFETY: The mask is a static of the kernel, which does not change after boot.
        unsafe { Cpumask::from_raw(&raw const bindings::__cpu_possible_mask) }
    }

    /// Each possible CPU but for those that `left_out` holds for has one result: its own, or that
    /// it is offline. Returns how many ran.
    fn check<C>(done: &Done<C>, left_out: impl Fn(CpuId) -> bool) -> Result<u32>
    where
        C: Callback<Output = Here>,
    {
        let mut ran = 0;
        for cpu in possible_cpus() {
            let mut results = done.iter().filter(|&(of, _)| of == cpu);
            let (first, second) = (results.next(), results.next());
            let is_right = match first {
                None => left_out(cpu),
                Some((_, Ok((ran_on, _)))) => !left_out(cpu) && is_online(cpu) && *ran_on == cpu,
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
        possible_cpus().filter(|&cpu| is_online(cpu)).count() as u32
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
        let odds = possible_cpus()
            .filter(|&cpu| is_online(cpu) && odd(cpu))
            .count() as u32;

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
        let expected: u32 = possible_cpus()
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
    ) -> Result<(InFlight<impl Callback<Output = Here>>, u32)> {
        let idle = lasting(seen)?;
        let _interrupts = local_interrupt_disable();
        let in_flight = idle.call_all_but_self()?;
        let others = online() - 1;
        spin_until(|| seen.started.load(Acquire) >= others);
        Ok((in_flight, others))
    }

    /// Results are dropped, also those of a call that owns nothing: before the next call, and with
    /// the token.
    #[test]
    fn results_are_dropped() -> Result {
        static DROPPED: Atomic<u32> = Atomic::new(0);

        struct Counted;

        impl Drop for Counted {
            fn drop(&mut self) {
                DROPPED.fetch_add(1, Relaxed);
            }
        }

        let task = TaskContext::new();
        let before = DROPPED.load(Relaxed);
        let done = new(|_cx| Counted, GFP_KERNEL)?.call_all()?.wait(&task);
        assert_eq!(DROPPED.load(Relaxed), before);
        let done = done.into_idle().call_all()?.wait(&task);
        assert_eq!(DROPPED.load(Relaxed), before + online());
        drop(done);
        assert_eq!(DROPPED.load(Relaxed), before + 2 * online());
        Ok(())
    }

    /// Results come as CPUs end: no sooner, and each once. The wait for the first one sleeps.
    #[test]
    fn some_of_many() -> Result {
        let task = TaskContext::new();
        let seen = Seen::new(0)?;
        let (in_flight, others) = running_elsewhere(&seen)?;
        let outcome = in_flight.try_wait();
        let spawned = go_after_nap(&seen);
        let mut in_flight = match outcome {
            Err(in_flight) => in_flight,
            // There are no others.
            Ok(done) => return (check(&done, |_| true)? == others).then_some(()).ok_or(EIO),
        };
        spawned?;

        assert!(in_flight.wait_at_least(&task, 1) >= others.min(1) as usize);
        let mut told = 0;
        while let Some((cpu, (ran_on, _payload))) = in_flight.wait_any(&task) {
            assert!(*ran_on == cpu);
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
