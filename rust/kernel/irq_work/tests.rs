// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of works that run in interrupt context.

use kernel::{
    cpu::CpuId,
    fmt,
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
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
    task::might_sleep,
    time::{
        delay::fsleep,
        Delta, //
    },
    workqueue::system_unbound, //
};

use super::{
    new,
    Closure,
    Context,
    Handle,
    Hard,
    IrqWork,
    IrqWorkCallback,
    Lazy,
    Mode,
    Normal, //
};
use crate::{
    context::TaskContext,
    csd::fixture::{
        cpus,
        is_online,
        nap,
        reaches,
        skip,
        spin_until, //
    },
    impl_has_irq_work, //
};

#[kunit_tests(rust_irq_work)]
mod works {
    use super::*;

    /// What callbacks and their test tell each other.
    struct Seen {
        started: Atomic<u32>,
        /// So many callbacks may return.
        go: Atomic<u32>,
        ended: Atomic<u32>,
        dropped: Atomic<u32>,
        /// What a callback that queued its work again was told.
        requeued: Atomic<i32>,
        synced: Atomic<u32>,
    }

    impl Seen {
        fn new() -> Result<Arc<Self>> {
            let seen = Self {
                started: Atomic::new(0),
                go: Atomic::new(0),
                ended: Atomic::new(0),
                dropped: Atomic::new(0),
                requeued: Atomic::new(1),
                synced: Atomic::new(0),
            };
            Ok(Arc::new(seen, GFP_KERNEL)?)
        }

        /// Waits until the workqueue has dropped `count` payloads. No more may follow.
        fn dropped(&self, count: u32) -> bool {
            reaches(&self.dropped, count);
            fsleep(Delta::from_millis(10));
            self.dropped.load(Relaxed) == count
        }
    }

    /// What a work owns. It is dropped in process context.
    struct Payload(Arc<Seen>);

    impl Drop for Payload {
        fn drop(&mut self) {
            might_sleep();
            self.0.dropped.fetch_add(1, Relaxed);
        }
    }

    /// A work of a closure.
    type Work<M, F> = Handle<Arc<Closure<M, F>>>;

    /// A work that lasts until its test says so.
    fn lasting(seen: &Arc<Seen>) -> Result<Work<Hard, impl Fn(&Context<Hard>) + Send + Sync>> {
        let payload = Payload(seen.clone());
        let run = move |cx: &Context<Hard>| {
            let seen = &payload.0;
            let number = seen.started.fetch_add(1, Release);
            spin_until(|| seen.go.load(Acquire) > number);
            if number == 0 && seen.go.load(Relaxed) == REQUEUE {
                let told = cx.requeue().map_or_else(Error::to_errno, i32::from);
                seen.requeued.store(told, Relaxed);
            }
            seen.ended.fetch_add(1, Release);
        };
        Ok(new::<Hard, _>(run, GFP_KERNEL)?)
    }

    /// Lets all callbacks return. The first one queues the work again before it does.
    const REQUEUE: u32 = 1000;

    /// Queues a lasting work on another CPU, which is not `busy`. It runs there when this returns:
    /// as long as it does this task cannot come there. Returns which CPU it is, if there is one.
    fn run_elsewhere<F>(
        work: &Work<Hard, F>,
        seen: &Seen,
        busy: Option<CpuId>,
    ) -> Result<Option<CpuId>>
    where
        F: Fn(&Context<Hard>) + Send + Sync + 'static,
    {
        let _interrupts = local_interrupt_disable();
        let runs_already = seen.started.load(Acquire);
        let is_free = |&cpu: &CpuId| cpu != CpuId::current() && Some(cpu) != busy;
        let Some(other) = cpus().filter(is_free).find(|&cpu| is_online(cpu)) else {
            return Ok(None);
        };
        if !work.queue_on(other)? {
            return Err(EBUSY);
        }
        spin_until(|| seen.started.load(Acquire) != runs_already);
        Ok(Some(other))
    }

    /// As `assert_eq!`, where that is not KUnit's.
    fn expect<T: PartialEq + fmt::Debug>(value: T, expected: T) -> Result {
        if value != expected {
            pr_err!("{value:?}, and not {expected:?}\n");
            return Err(EIO);
        }
        Ok(())
    }

    /// Each CPU runs a work, once, or refuses it if it is offline.
    fn on_each_cpu<M: Mode>() -> Result {
        let task = TaskContext::new();
        let seen = Seen::new()?;
        let other = seen.clone();
        let work = new::<M, _>(
            move |_cx| {
                other.go.store(CpuId::current().as_u32(), Relaxed);
                other.started.fetch_add(1, Relaxed);
            },
            GFP_KERNEL,
        )?;
        let mut expected = 0;
        for cpu in cpus() {
            let outcome = work.queue_on(cpu);
            if !is_online(cpu) {
                expect(outcome, Err(ENXIO))?;
                continue;
            }
            expect(outcome, Ok(true))?;
            work.sync(&task);
            expected += 1;
            expect(seen.go.load(Relaxed), cpu.as_u32())?;
            expect(seen.started.load(Relaxed), expected)?;
        }
        Ok(())
    }

    #[test]
    fn normal_on_each_cpu() -> Result {
        on_each_cpu::<Normal>()
    }

    #[test]
    fn lazy_on_each_cpu() -> Result {
        on_each_cpu::<Lazy>()
    }

    #[test]
    fn hard_on_each_cpu() -> Result {
        on_each_cpu::<Hard>()
    }

    /// A work that is queued twice before it can run does so once. Afterwards it can be queued
    /// again.
    fn runs_once<M: Mode>() -> Result {
        let task = TaskContext::new();
        let seen = Seen::new()?;
        let other = seen.clone();
        let run = move |_: &Context<M>| {
            other.started.fetch_add(1, Relaxed);
        };
        let work = new::<M, _>(run, GFP_KERNEL)?;
        for expected in 1..=3 {
            let outcome = {
                let _interrupts = local_interrupt_disable();
                (work.queue(), work.clone().queue())
            };
            expect(outcome, (Ok(true), Ok(false)))?;
            work.sync(&task);
            expect(seen.started.load(Relaxed), expected)?;
        }
        Ok(())
    }

    #[test]
    fn normal_runs_once() -> Result {
        runs_once::<Normal>()
    }

    #[test]
    fn lazy_runs_once() -> Result {
        runs_once::<Lazy>()
    }

    #[test]
    fn hard_runs_once() -> Result {
        runs_once::<Hard>()
    }

    /// An object with a work.
    #[pin_data]
    struct Shared {
        #[pin]
        work: IrqWork<Self>,
        payload: Payload,
    }

    impl_has_irq_work! {
        impl HasIrqWork for Shared { self.work }
    }

    impl IrqWorkCallback for Shared {
        type Mode = Normal;
        type Pointer = Arc<Self>;

        fn run(this: ArcBorrow<'_, Self>, _cx: &Context<Normal>) {
            this.payload.0.started.fetch_add(1, Relaxed);
        }
    }

    /// What outlives the handles keeps the object, which can get a handle again.
    #[test]
    fn shared() -> Result {
        let task = TaskContext::new();
        let seen = Seen::new()?;
        let payload = Payload(seen.clone());
        let mut object = UniqueArc::pin_init(
            pin_init!(Shared { work <- IrqWork::new(), payload }),
            GFP_KERNEL,
        )?;
        for expected in 1..=3 {
            let work = Handle::from(object);
            assert!(work.queue()?);
            work.sync(&task);
            assert_eq!(seen.started.load(Relaxed), expected);
            let shared = work.shared();
            drop(work);
            // The workqueue drops the reference of the handles. (What it waits for takes a grace
            // period, and this can look only once.)
            (0..10).for_each(|_| nap());
            object = Arc::into_unique_or_drop(shared).ok_or(ETIMEDOUT)?;
            assert_eq!(seen.dropped.load(Relaxed), 0);
        }
        drop(object);
        assert!(seen.dropped(1));
        Ok(())
    }

    struct Static {
        work: IrqWork<Self>,
        started: Atomic<u32>,
    }

    impl_has_irq_work! {
        impl HasIrqWork for Static { self.work }
    }

    impl IrqWorkCallback for Static {
        type Mode = Hard;
        type Pointer = &'static Self;

        fn run(this: &'static Self, _cx: &Context<Hard>) {
            this.started.fetch_add(1, Relaxed);
        }
    }

    #[test]
    fn fixed() -> Result {
        static STATIC: Static = Static {
            work: IrqWork::new_static(),
            started: Atomic::new(0),
        };
        let before = STATIC.started.load(Relaxed);
        drop(Handle::from(&STATIC));
        let work = Handle::from(&STATIC);
        assert!(work.queue()?);
        work.clone().sync(&TaskContext::new());
        assert_eq!(STATIC.started.load(Relaxed), before + 1);
        Ok(())
    }

    /// A callback can queue its work again while there is a handle.
    #[test]
    fn requeued() -> Result {
        let seen = Seen::new()?;
        let other = seen.clone();
        let run = move |cx: &Context<Hard>| {
            if other.started.fetch_add(1, Relaxed) < 4 {
                let told = cx.requeue().map_or_else(Error::to_errno, i32::from);
                other.requeued.store(told, Relaxed);
            }
        };
        let work = new::<Hard, _>(run, GFP_KERNEL)?;
        assert!(work.queue()?);
        work.sync(&TaskContext::new());
        assert_eq!(seen.started.load(Relaxed), 5);
        assert_eq!(seen.requeued.load(Relaxed), 1);
        Ok(())
    }

    /// A callback can send its work on, to each CPU in turn. A wait is for all of that.
    #[test]
    fn requeued_elsewhere() -> Result {
        let online_after = |cpu: u32| cpus().find(|&next| next.as_u32() > cpu && is_online(next));
        let seen = Seen::new()?;
        let other = seen.clone();
        let run = move |cx: &Context<Hard>| {
            other.started.fetch_add(1, Relaxed);
            let here = CpuId::current().as_u32();
            if let Some(next) = online_after(here) {
                let told = cx.requeue_on(next).map_or_else(Error::to_errno, i32::from);
                other.requeued.store(told, Relaxed);
            }
        };
        let work = new::<Hard, _>(run, GFP_KERNEL)?;
        let first = cpus().find(|&cpu| is_online(cpu)).ok_or(EIO)?;
        assert!(work.queue_on(first)?);
        work.sync(&TaskContext::new());
        let online = cpus().filter(|&cpu| is_online(cpu)).count() as u32;
        assert_eq!(seen.started.load(Relaxed), online);
        assert_eq!(seen.requeued.load(Relaxed), 1);
        Ok(())
    }

    /// What was queued runs, and then a workqueue drops it.
    #[test]
    fn dropped_while_pending() -> Result {
        let seen = Seen::new()?;
        seen.go.store(1, Relaxed);
        let work = lasting(&seen)?;
        let at_once = {
            let _interrupts = local_interrupt_disable();
            let queued = work.queue()?;
            drop(work);
            (queued, seen.dropped.load(Relaxed))
        };
        assert_eq!(at_once, (true, 0));
        assert!(seen.dropped(1));
        assert_eq!(seen.ended.load(Acquire), 1);
        Ok(())
    }

    /// Nothing is dropped before the callback has returned, which cannot queue the work again.
    #[test]
    fn dropped_while_it_runs() -> Result {
        let seen = Seen::new()?;
        let work = lasting(&seen)?;
        if run_elsewhere(&work, &seen, None)?.is_none() {
            skip();
            return Ok(());
        }
        drop(work);
        // A worker that should not could run meanwhile, here too.
        nap();
        let dropped = seen.dropped.load(Relaxed);
        seen.go.store(REQUEUE, Release);
        assert_eq!(dropped, 0);
        assert!(seen.dropped(1));
        assert_eq!(seen.requeued.load(Relaxed), ESHUTDOWN.to_errno());
        assert_eq!(seen.ended.load(Acquire), 1);
        Ok(())
    }

    /// A wait lasts until the last callback has returned, when two CPUs run it.
    #[test]
    fn synced_while_it_runs_twice() -> Result {
        let seen = Seen::new()?;
        let work = lasting(&seen)?;
        let first = run_elsewhere(&work, &seen, None)?;
        if first.is_none() || run_elsewhere(&work, &seen, first)?.is_none() {
            seen.go.store(2, Release);
            skip();
            return Ok(());
        }
        // The first one returns.
        seen.go.store(1, Release);
        let one_has_ended = reaches(&seen.ended, 1);
        let other = seen.clone();
        system_unbound().try_spawn(GFP_KERNEL, move || {
            nap();
            other.go.store(2, Release);
        })?;
        work.sync(&TaskContext::new());
        let ended = seen.ended.load(Acquire);
        // If the wait was too short: the callback has yet to use the object.
        seen.go.store(2, Release);
        assert!(one_has_ended);
        assert_eq!(ended, 2);
        Ok(())
    }

    /// Any number of tasks may wait.
    #[test]
    fn synced_by_many() -> Result {
        const TASKS: u32 = 3;

        fn wait<M: Mode>() -> Result {
            let seen = Seen::new()?;
            let other = seen.clone();
            let run = move |_: &Context<M>| {
                spin_until(|| other.go.load(Acquire) != 0);
            };
            let work = new::<M, _>(run, GFP_KERNEL)?;
            let queued = {
                let _interrupts = local_interrupt_disable();
                let others = cpus().filter(|&cpu| cpu != CpuId::current());
                others.map(|cpu| work.queue_on(cpu)).find_map(Result::ok)
            };
            if queued.is_none() {
                skip();
                return Ok(());
            }
            for _ in 0..TASKS {
                let (work, seen) = (work.clone(), seen.clone());
                system_unbound().try_spawn(GFP_KERNEL, move || {
                    work.sync(&TaskContext::new());
                    seen.synced.fetch_add(1, Release);
                })?;
            }
            nap();
            let early = seen.synced.load(Acquire);
            seen.go.store(1, Release);
            expect(early, 0)?;
            expect(reaches(&seen.synced, TASKS), true)
        }

        wait::<Hard>()?;
        wait::<Normal>()
    }

    /// A leaked handle leaks what it owns, and the work runs.
    #[test]
    fn leaked() -> Result {
        let seen = Seen::new()?;
        seen.go.store(1, Relaxed);
        let work = lasting(&seen)?;
        assert!(work.queue()?);
        core::mem::forget(work);
        assert!(reaches(&seen.ended, 1));
        assert!(seen.dropped(0));
        Ok(())
    }

    /// An NMI may queue on its own CPU, and drop the last handle.
    #[cfg(CONFIG_DEBUG_PREEMPT)]
    #[test]
    fn used_in_nmi() -> Result {
        let seen = Seen::new()?;
        seen.go.store(1, Relaxed);
        let work = lasting(&seen)?;
        let outcome = crate::csd::fixture::in_nmi(|| {
            let outcome = (work.queue_on(CpuId::current()), work.queue());
            drop(work);
            outcome
        });
        assert_eq!(outcome, (Err(EPERM), Ok(true)));
        assert!(seen.dropped(1));
        assert_eq!(seen.ended.load(Acquire), 1);
        Ok(())
    }
}
