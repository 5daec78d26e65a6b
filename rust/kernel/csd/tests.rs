// SPDX-License-Identifier: GPL-2.0

//! KUnit tests of calls to other CPUs.

use kernel::{
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    interrupt::local_interrupt_disable,
    macros::kunit_tests,
    prelude::*,
    sync::{
        atomic::ordering::{
            Acquire,
            Relaxed,
            Release, //
        },
        Arc,
        ArcBorrow,
        UniqueArc, //
    },
    time::{
        delay::udelay,
        Delta, //
    }, //
};

use super::{
    call,
    fixture::{
        cpus,
        go_after_nap,
        is_online,
        nap,
        skip,
        spin_until,
        Payload,
        Seen, //
    },
    new,
    scope,
    Csd,
    CsdCallback,
    CsdPointer,
    Idle,
    IdleClosure,
    InFlight,
    Slot, //
};
use crate::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    impl_has_csd, //
};

#[kunit_tests(rust_smp)]
mod calls {
    use super::*;

    /// A call that lasts until its test says so. It owns a payload, and so does its result.
    fn lasting(seen: &Arc<Seen>) -> Result<IdleClosure<impl FnMut(&IrqsOff) -> Payload, Payload>> {
        let payload = Payload(seen.clone());
        let run = move |_: &IrqsOff| {
            payload.0.started.store(1, Release);
            spin_until(|| payload.0.go.load(Acquire) != 0);
            Payload(payload.0.clone())
        };
        Ok(new(run, GFP_KERNEL)?)
    }

    /// Makes a lasting call to another CPU that is online, if there is one, where it runs now: as
    /// long as it does this task cannot come there.
    fn running_elsewhere(seen: &Arc<Seen>) -> Result<Option<InFlight<impl CsdPointer>>> {
        let idle = lasting(seen)?;
        let _interrupts = local_interrupt_disable();
        let Some(other) = cpus().find(|&cpu| cpu != CpuId::current() && is_online(cpu)) else {
            return Ok(None);
        };
        let in_flight = idle.call_on(other)?;
        spin_until(|| seen.started.load(Acquire) != 0);
        Ok(Some(in_flight))
    }

    /// Lets `call` call each CPU: it runs there, or is refused where the CPU is offline.
    fn each_cpu(mut call: impl FnMut(CpuId) -> Result<CpuId>) -> Result {
        for cpu in cpus() {
            let expected = if is_online(cpu) { Ok(cpu) } else { Err(ENXIO) };
            let outcome = call(cpu);
            if outcome != expected {
                pr_err!("a call to {cpu:?}: {outcome:?}\n");
                return Err(EIO);
            }
        }
        Ok(())
    }

    /// The same with one object, whose token comes back each time.
    fn each_cpu_by<P>(idle: Idle<P>) -> Result
    where
        P: CsdPointer<Object: CsdCallback<Output = CpuId>>,
    {
        let task = TaskContext::new();
        let mut token = Some(idle);
        each_cpu(|cpu| {
            let (idle, outcome) = match token.take().ok_or(EINVAL)?.call_on(cpu) {
                Ok(in_flight) => {
                    let (idle, ran_on) = in_flight.wait(&task);
                    (idle, Ok(ran_on))
                }
                Err(refused) => (refused.token, Err(refused.error)),
            };
            token = Some(idle);
            outcome
        })
    }

    /// Defines a type with a csd that its pointer carries.
    macro_rules! object {
        ($name:ident, $pointer:ty, $target:ty) => {
            #[pin_data]
            struct $name {
                #[pin]
                csd: Csd<Self>,
                payload: Payload,
            }

            impl_has_csd! {
                impl HasCsd for $name { self.csd }
            }

            impl CsdCallback for $name {
                type Pointer = $pointer;
                type Output = CpuId;

                fn run(this: $target, _cx: &IrqsOff) -> CpuId {
                    this.payload.0.started.fetch_add(1, Relaxed);
                    CpuId::current()
                }
            }

            impl $name {
                fn new(seen: &Arc<Seen>) -> impl PinInit<Self> {
                    let payload = Payload(seen.clone());
                    pin_init!(Self { csd <- Csd::new(), payload })
                }
            }
        };
    }

    object!(Boxed, Pin<KBox<Self>>, Pin<&mut Self>);
    object!(Shared, Arc<Self>, ArcBorrow<'_, Self>);

    #[test]
    fn boxed() -> Result {
        let seen = Seen::new(0)?;
        each_cpu_by(Idle::from(KBox::pin_init(Boxed::new(&seen), GFP_KERNEL)?))?;
        assert!(seen.dropped(1));
        Ok(())
    }

    #[test]
    fn shared() -> Result {
        let seen = Seen::new(0)?;
        each_cpu_by(Idle::from(UniqueArc::pin_init(
            Shared::new(&seen),
            GFP_KERNEL,
        )?))?;
        assert!(seen.dropped(1));
        Ok(())
    }

    #[test]
    fn closure() -> Result {
        each_cpu_by(new(|_| CpuId::current(), GFP_KERNEL)?)
    }

    /// A wait spins for less time, and then sleeps until it is woken.
    #[test]
    fn sleeping_wait() -> Result {
        let idle = new(
            |_| {
                udelay(Delta::from_micros(900));
                CpuId::current()
            },
            GFP_KERNEL,
        )?;
        each_cpu_by(idle)
    }

    #[test]
    fn scoped() -> Result {
        let task = TaskContext::new();
        each_cpu(|cpu| {
            let mut ran = [None, None];
            let [one, two] = &mut ran;
            let mut one = Slot::new(|_| *one = Some(CpuId::current()));
            let mut two = Slot::new(|_| *two = Some(CpuId::current()));
            scope(&task, |scope| -> Result {
                let _idle = scope.call_on(&mut one, cpu)?.wait(&task);
                let _waited_for_by_the_scope = scope.call_on(&mut two, cpu)?;
                Ok(())
            })?;
            ran[0].filter(|_| ran[0] == ran[1]).ok_or(EIO)
        })
    }

    #[test]
    fn called() -> Result {
        let task = TaskContext::new();
        let seen = Seen::new(0)?;
        each_cpu(|cpu| {
            let payload = Payload(seen.clone());
            let (_payload, ran_on) = call(&task, cpu, move |_| (payload, CpuId::current()))?;
            Ok(ran_on)
        })?;
        assert!(seen.dropped(nr_cpu_ids()));
        Ok(())
    }

    /// The call has ended when `call_on()` returns.
    #[test]
    fn own_cpu() -> Result {
        let idle = new(|_| CpuId::current(), GFP_KERNEL)?;
        let outcome = {
            let _interrupts = local_interrupt_disable();
            idle.call_on(CpuId::current())
                .map(|in_flight| in_flight.try_wait())
        };
        assert!(matches!(outcome, Ok(Ok(_))));
        Ok(())
    }

    /// A workqueue drops what the call owns, after the callback.
    #[test]
    fn dropped_while_it_runs() -> Result {
        let seen = Seen::new(0)?;
        let Some(in_flight) = running_elsewhere(&seen)? else {
            skip();
            return Ok(());
        };
        let early = in_flight.try_wait().map(|_| ()).map_err(drop);
        // A worker that should not could run meanwhile, here too.
        nap();
        let dropped = seen.dropped.load(Relaxed);
        seen.go.store(1, Release);
        assert!((early, dropped) == (Err(()), 0));
        assert!(seen.dropped(2));
        Ok(())
    }

    /// A wait lasts until the callback has returned, however long it takes: it sleeps.
    #[test]
    fn waited_for_while_it_runs() -> Result {
        let seen = Seen::new(0)?;
        let Some(in_flight) = running_elsewhere(&seen)? else {
            skip();
            return Ok(());
        };
        let spawned = go_after_nap(&seen);
        let outcome = in_flight.wait(&TaskContext::new());
        spawned?;
        if seen.go.load(Acquire) == 0 {
            // The callback has yet to use the object, and to write its result.
            core::mem::forget(outcome);
            return Err(EIO);
        }
        drop(outcome);
        assert!(seen.dropped(2));
        Ok(())
    }

    #[test]
    fn dropped_after_it_ran() -> Result {
        let seen = Seen::new(1)?;
        let idle = lasting(&seen)?;
        let at_once = {
            let _interrupts = local_interrupt_disable();
            drop(idle.call_on(CpuId::current()));
            (seen.started.load(Relaxed), seen.dropped.load(Relaxed))
        };
        assert_eq!(at_once, (1, 0));
        assert!(seen.dropped(2));
        Ok(())
    }

    /// The call runs, and what it owns is never dropped.
    #[test]
    fn leaked() -> Result {
        let seen = Seen::new(1)?;
        core::mem::forget(lasting(&seen)?.call_on(CpuId::current()));
        assert!(seen.dropped(0));
        assert_eq!(seen.started.load(Acquire), 1);
        Ok(())
    }

    /// It is refused, neither queued nor lost, and a result is not taken out there.
    #[cfg(CONFIG_DEBUG_PREEMPT)]
    #[test]
    fn refused_in_nmi() -> Result {
        let seen = Seen::new(1)?;
        let idle = lasting(&seen)?;
        let task = TaskContext::new();

        let Err(refused) = crate::csd::fixture::in_nmi(|| idle.call_on(CpuId::current())) else {
            return Err(EIO);
        };
        assert_eq!(refused.error, EPERM);
        assert_eq!(seen.started.load(Relaxed), 0);

        let in_flight = refused.token.call_on(CpuId::current())?;
        let Err(in_flight) = crate::csd::fixture::in_nmi(|| in_flight.try_wait()) else {
            return Err(EIO);
        };
        drop(in_flight.wait(&task));
        assert_eq!(seen.started.load(Relaxed), 1);
        assert!(seen.dropped(2));
        Ok(())
    }
}
