// SPDX-License-Identifier: GPL-2.0

//! Calls by closure, by object, in a scope, and on which CPU they run.

use super::*;

pub(super) fn runs_on_the_target(env: &Env) -> Result {
    let idle = csd::new(|cx: &IrqsOff| (cx.cpu(), irqs_disabled()), GFP_KERNEL)?;
    let (_, answer) = idle.call_on(env.other)?.wait(&env.task);
    check!(answer == (env.other, true));
    Ok(())
}

pub(super) fn storage_is_used_again(env: &Env) -> Result {
    let mut n = 0u32;
    let mut idle = csd::new(
        move |_: &IrqsOff| {
            n += 1;
            n
        },
        GFP_KERNEL,
    )?;
    for i in 1..=1000 {
        let (again, ran) = idle.call_on(env.other)?.wait(&env.task);
        check!(ran == i);
        idle = again;
    }
    Ok(())
}

pub(super) fn own_cpu_runs_inline(env: &Env) -> Result {
    let ran = Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
    let count = ran.clone();
    let idle = csd::new(move |_: &IrqsOff| count.fetch_add(1, Relaxed), GFP_KERNEL)?;
    let in_flight = idle.call_on(env.here)?;
    check!(ran.load(Relaxed) == 1);
    check!(in_flight.try_wait().is_ok());
    check!(!irqs_disabled());
    Ok(())
}

pub(super) fn box_is_exclusive(env: &Env) -> Result {
    let mut idle = Counter::new()?;
    *idle.as_mut().project().runs = 41;
    let (idle, runs) = idle.call_on(env.other)?.wait(&env.task);
    check!(runs == 42 && idle.runs == 42);
    check!(idle.into_inner().runs == 42);
    Ok(())
}

pub(super) fn arc_is_shared_while_in_flight(env: &Env) -> Result {
    let (in_flight, gate) = hold(env.other)?;
    let in_flight = match in_flight.try_wait() {
        Ok(_) => return Err(EIO),
        Err(in_flight) => in_flight,
    };
    gate.open.store(true, Relaxed);
    let (idle, ran_on) = in_flight.wait(&env.task);
    check!(ran_on == env.other);
    // The token holds the other reference; when it is gone a new one can be made.
    check!(Arc::ptr_eq(&idle.shared(), &gate));
    drop(idle);
    let unique = Arc::into_unique_or_drop(gate).ok_or(EIO)?;
    drop(Idle::from(unique).call_on(env.other)?.wait(&env.task));
    Ok(())
}

pub(super) fn scoped_call_borrows(env: &Env) -> Result {
    let mut seen = None;
    let answer = csd::call(&env.task, env.other, |cx| {
        seen = Some(cx.cpu());
        7
    })?;
    check!(answer == 7 && seen == Some(env.other));
    Ok(())
}

/// The closure runs once, and may give away what it owns.
pub(super) fn called_once(env: &Env) -> Result {
    let drops = Drops::new()?;
    let page = Dropped(drops.clone());
    let refused = match csd::call(&env.task, env.offline, move |cx| (cx.cpu(), page)) {
        Ok(_) => return Err(EIO),
        Err(refused) => refused,
    };
    check!(refused.error == ENXIO && drops.counts() == (0, 0));
    let (cpu, page) = csd::call(&env.task, env.other, refused.token)?;
    check!(cpu == env.other && drops.counts() == (0, 0));
    drop(page);
    check!(drops.counts() == (1, 0));
    Ok(())
}

/// More than once: all may have ended when the scope does, without a wait.
pub(super) fn scope_waits_for_all(env: &Env) -> Result {
    for _ in 0..20 {
        scope_waits(env)?;
    }
    Ok(())
}

fn scope_waits(env: &Env) -> Result {
    let sum = Atomic::<u32>::new(0);
    let slow = env.other;
    let mut slots = KVec::new();
    for cpu in online_cpus() {
        let slot = Slot::new(|cx: &IrqsOff| {
            spin_ms(if cx.cpu() == slow { 20 } else { 1 });
            sum.fetch_add(1, Relaxed);
            cx.cpu()
        });
        slots.push((cpu, slot), GFP_KERNEL)?;
    }
    let n = slots.len() as u32;
    csd::scope(&env.task, |scope| -> Result {
        for (cpu, slot) in &mut slots {
            // Giving up the right to wait must not matter; leaking it does the same.
            let _ = scope.call_on(slot, *cpu)?;
        }
        Ok(())
    })?;
    check!(sum.load(Relaxed) == n);
    for (cpu, slot) in &mut slots {
        check!(slot.take_output() == Some(*cpu));
        check!(slot.take_output().is_none());
    }
    Ok(())
}

pub(super) fn slot_is_used_again(env: &Env) -> Result {
    let mut n = 0;
    let mut slot = Slot::new(|_: &IrqsOff| {
        n += 1;
        n
    });
    for _ in 0..3 {
        csd::scope(&env.task, |scope| -> Result {
            let (idle, _) = scope.call_on(&mut slot, env.other)?.wait(&env.task);
            let refused = match idle.call_on(env.offline) {
                Ok(_) => return Err(EIO),
                Err(refused) => refused,
            };
            check!(refused.error == ENXIO);
            let mut in_flight = refused.token.call_on(env.other)?;
            loop {
                in_flight = match in_flight.try_wait() {
                    Ok((idle, _)) => {
                        // And one that nobody waits for.
                        let _ = idle.call_on(env.other)?;
                        return Ok(());
                    }
                    Err(in_flight) => in_flight,
                };
            }
        })?;
    }
    check!(slot.take_output() == Some(9));
    Ok(())
}

pub(super) fn slot_drops_each_result(env: &Env) -> Result {
    struct Counted<'a>(&'a Atomic<u32>);

    impl Drop for Counted<'_> {
        fn drop(&mut self) {
            self.0.fetch_add(1, Relaxed);
        }
    }

    let drops = Atomic::<u32>::new(0);
    let mut slot = Slot::new(|_: &IrqsOff| Counted(&drops));
    for scopes in 0..3 {
        csd::scope(&env.task, |scope| -> Result {
            // What the last scope left there is gone, although nobody took it.
            let _ = scope.call_on(&mut slot, env.other)?;
            check!(drops.load(Relaxed) == scopes);
            Ok(())
        })?;
    }
    drop(slot);
    check!(drops.load(Relaxed) == 3);
    Ok(())
}

pub(super) fn callback_calls_back(env: &Env) -> Result {
    let here = env.here;
    let mut inner = Some(Counter::new()?);
    // Queued on `other`, with interrupts off, to a CPU whose task is about to sleep.
    let in_flight = csd::call(&env.task, env.other, |_| inner.take()?.call_on(here).ok())?;
    let (idle, runs) = in_flight.ok_or(EIO)?.wait(&env.task);
    check!(runs == 1);

    // The same on the CPU itself: inline within inline.
    let mut inner = Some(idle);
    let in_flight = csd::call(&env.task, here, |cx| inner.take()?.call_on(cx.cpu()).ok())?;
    let (_, runs) = in_flight.ok_or(EIO)?.try_wait().map_err(|_| EIO)?;
    check!(runs == 2);
    Ok(())
}

pub(super) fn another_thread_waits(env: &Env) -> Result {
    let (in_flight, gate) = hold(env.other)?;
    let passed = Arc::pin_init(new_mutex!(Some(in_flight)), GFP_KERNEL)?;
    let got = Atomic::<u32>::new(0);
    let other = env.other;

    gate.open.store(true, Relaxed);
    in_threads(online_cpus().filter(|&cpu| cpu != other), |_| {
        let mine = Mutex::lock(&passed).take();
        if let Some(in_flight) = mine {
            let (_, ran_on) = in_flight.wait(&TaskContext::new());
            got.fetch_add(u32::from(ran_on == other), Relaxed);
        }
    })?;
    check!(got.load(Relaxed) == 1);
    Ok(())
}

pub(super) fn allocation_failure_is_an_error(_env: &Env) -> Result {
    #[pin_data]
    struct Huge {
        #[pin]
        csd: Csd<Self>,
        #[pin]
        room: MaybeUninit<[u8; 1 << 30]>,
    }

    impl_has_csd! {
        impl HasCsd for Huge { self.csd }
    }

    impl CsdCallback for Huge {
        type Pointer = Boxed<Self>;
        type Output = ();

        fn run(_this: Pin<&mut Self>, _cx: &IrqsOff) {}
    }

    let huge = KBox::pin_init(
        pin_init!(Huge {
            csd <- Csd::new(),
            room <- MaybeUninit::<[u8; 1 << 30]>::uninit_in_place(),
        }),
        GFP_KERNEL | kernel::alloc::flags::__GFP_NOWARN,
    );
    check!(huge.map(Idle::from).err() == Some(ENOMEM));
    Ok(())
}
