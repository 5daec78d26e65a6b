// SPDX-License-Identifier: GPL-2.0

//! The CPUs that a call to many CPUs reaches, and what each operation promises.
//!
//! Needs three CPUs that are online, and one that is not.

use crosscall::{
    calls::many::{
        self,
        Callback,
        Done,
        Idle,
        InFlight, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd, //
};
use kernel::{
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    cpumask::CpumaskVar,
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
};

mod env;
mod support;
use env::Env;
use support::*;

/// In jiffies: longer than any wait that ends.
const LONG: usize = 2_500;

fn mask(cpus: &[CpuId]) -> Result<CpumaskVar> {
    let mut mask = CpumaskVar::new_zero(GFP_KERNEL)?;
    for &cpu in cpus {
        mask.set(cpu);
    }
    Ok(mask)
}

/// Waits, but not for ever: a call that does not end is a failure, not a hang.
fn ended<C: Callback>(call: InFlight<C>, task: &TaskContext) -> Result<Done<C>> {
    call.wait_timeout(task, LONG).map_err(|timed_out| {
        for stall in timed_out.in_flight.missing() {
            pr_info!("ktap: # {stall}\n");
        }
        ETIMEDOUT
    })
}

/// Whether the results are those of `cpus`, each of which returned its number.
fn are_of<C>(done: &Done<C>, cpus: impl Iterator<Item = CpuId>) -> bool
where
    C: Callback<Output = CpuId>,
{
    done.iter()
        .map(|(cpu, result)| (cpu, result.ok().copied()))
        .eq(cpus.map(|cpu| (cpu, Some(cpu))))
}

fn its_cpu(cx: &IrqsOff) -> CpuId {
    cx.cpu()
}

/// Returns the CPU, and on one of them not before it is released.
struct Hold {
    cpu: CpuId,
    held: Atomic<bool>,
    released: Atomic<bool>,
}

impl Callback for Hold {
    type Output = CpuId;

    fn run(&self, cx: &IrqsOff) -> CpuId {
        if cx.cpu() == self.cpu {
            self.held.store(true, Relaxed);
            hold_until(|| self.released.load(Acquire));
        }
        cx.cpu()
    }
}

impl Hold {
    fn new(cpu: CpuId) -> Result<Idle<Self>> {
        let hold = Self {
            cpu,
            held: Atomic::new(false),
            released: Atomic::new(false),
        };
        Ok(Idle::new(hold, GFP_KERNEL)?)
    }

    fn until_held(&self) -> Result {
        started("what holds the CPU", || self.held.load(Relaxed))
    }

    fn release(&self) {
        self.released.store(true, Release);
    }
}

fn each_cpu_of_the_mask(env: &Env) -> Result {
    let idle = many::new(|cx: &IrqsOff| (cx.cpu(), irqs_disabled()), GFP_KERNEL)?;
    let cpus = [env.here, env.third];
    let done = ended(idle.call(&*mask(&cpus)?)?, &env.task)?;
    check!(done.iter().count() == 2);
    for cpu in cpus {
        check!(done.get(cpu) == Some(Ok(&(cpu, true))));
    }
    check!(done.get(env.other).is_none() && done.get(env.offline).is_none());
    check!(!irqs_disabled());
    // And without this one.
    let done = ended(done.into_idle().call(&*mask(&[env.other])?)?, &env.task)?;
    check!(done.iter().count() == 1 && done.get(env.other) == Some(Ok(&(env.other, true))));
    Ok(())
}

fn all_with_and_without_this_one(env: &Env) -> Result {
    let idle = many::new(its_cpu, GFP_KERNEL)?;
    let done = ended(idle.call_all()?, &env.task)?;
    check!(are_of(&done, online_cpus()));
    let done = ended(done.into_idle().call_all_but_self()?, &env.task)?;
    check!(are_of(&done, online_cpus().filter(|&cpu| cpu != env.here)));
    Ok(())
}

fn all_that_a_condition_holds_for(env: &Env) -> Result {
    let mut asked = 0;
    let idle = many::new(its_cpu, GFP_KERNEL)?;
    let other = env.other;
    let in_flight = idle.call_if(|cpu| {
        asked += 1;
        cpu != other
    })?;
    let done = ended(in_flight, &env.task)?;
    check!(are_of(&done, online_cpus().filter(|&cpu| cpu != env.other)));
    check!(asked == online_cpus().count());
    Ok(())
}

fn any_is_the_nearest(env: &Env) -> Result {
    let idle = many::new(its_cpu, GFP_KERNEL)?;
    let done = ended(idle.call_any(&*mask(&[env.other, env.here])?)?, &env.task)?;
    check!(are_of(&done, [env.here].into_iter()));
    let idle = done.into_idle();
    let done = ended(
        idle.call_any(&*mask(&[env.offline, env.third])?)?,
        &env.task,
    )?;
    check!(are_of(&done, [env.third].into_iter()));
    let refused = match done.into_idle().call_any(&*mask(&[env.offline])?) {
        Ok(_) => return Err(EIO),
        Err(refused) => refused,
    };
    check!(refused.error == ENXIO);
    let done = ended(refused.token.call_all()?, &env.task)?;
    check!(are_of(&done, online_cpus()));
    Ok(())
}

fn nobody_is_called(env: &Env) -> Result {
    let idle = many::new(its_cpu, GFP_KERNEL)?;
    let mut in_flight = idle.call(&*mask(&[])?)?;
    check!(in_flight.wait_any(&env.task).is_none());
    check!(in_flight.missing().next().is_none());
    let done = in_flight.try_wait().map_err(|_| EIO)?;
    check!(done.iter().next().is_none());
    // The same by a condition, and by a mask of CPUs that are offline.
    let done = ended(done.into_idle().call_if(|_| false)?, &env.task)?;
    check!(done.iter().next().is_none());
    let done = ended(done.into_idle().call(&*mask(&[env.offline])?)?, &env.task)?;
    check!(done.get(env.offline) == Some(Err(ENXIO)));
    Ok(())
}

fn offline_is_reported(env: &Env) -> Result {
    let idle = many::new(its_cpu, GFP_KERNEL)?;
    let cpus = mask(&[env.here, env.other, env.offline])?;
    let mut in_flight = idle.call(&cpus)?;
    let mut ran = 0;
    while let Some((cpu, &result)) = in_flight.wait_any(&env.task) {
        check!(cpu == result);
        ran += 1;
    }
    check!(ran == 2);
    let mut done = ended(in_flight, &env.task)?;
    check!(done.get(env.offline) == Some(Err(ENXIO)));
    check!(done.iter().filter(|(_, result)| result.is_ok()).count() == 2);
    // Drained, nothing is left, and nothing comes back with the next call.
    check!(done.drain().count() == 3 && done.iter().next().is_none());
    let done = ended(done.into_idle().call_all_but_self()?, &env.task)?;
    check!(done.get(env.offline).is_none() && done.get(env.here).is_none());
    Ok(())
}

/// A mask may have bits of CPUs that do not exist, those behind the last CPU too.
fn impossible_are_ignored(env: &Env) -> Result {
    let mut all = CpumaskVar::new_zero(GFP_KERNEL)?;
    all.setall();
    let done = ended(many::new(its_cpu, GFP_KERNEL)?.call(&all)?, &env.task)?;
    check!(done.get(env.offline) == Some(Err(ENXIO)));
    let mut ran = 0;
    for (cpu, result) in done.iter() {
        check!(cpu.as_u32() < nr_cpu_ids());
        match result {
            Ok(&number) => check!(number == cpu),
            Err(error) => check!(error == ENXIO),
        }
        ran += usize::from(result.is_ok());
    }
    check!(ran == online_cpus().count());
    Ok(())
}

/// From a callback, with interrupts off: on this CPU, which the call is for too, and on another.
fn queued_with_interrupts_off(env: &Env) -> Result {
    let mut idle = many::new(its_cpu, GFP_KERNEL)?;
    for cpu in [env.here, env.other] {
        let mut given = Some(idle);
        let in_flight = csd::call(&env.task, cpu, |_| given.take()?.call_all().ok())?;
        let done = ended(in_flight.ok_or(EIO)?, &env.task)?;
        check!(are_of(&done, online_cpus()));
        idle = done.into_idle();
    }
    Ok(())
}

/// A mask call is made for three CPUs or more: the one that is offline is such a one.
fn by_mask_as_by_csds(env: &Env) -> Result {
    let cpus = mask(&[env.here, env.other, env.third, env.offline])?;
    let mut idle = many::new(its_cpu, GFP_KERNEL)?;
    for _ in 0..20 {
        let done = ended(idle.call_by_mask(&cpus, &env.task)?, &env.task)?;
        check!(done.get(env.offline) == Some(Err(ENXIO)));
        check!(done.iter().count() == 4);
        for cpu in [env.here, env.other, env.third] {
            check!(done.get(cpu) == Some(Ok(&cpu)));
        }
        let done = ended(done.into_idle().call_all_by_mask(&env.task)?, &env.task)?;
        check!(are_of(&done, online_cpus()));
        let mut call = done.into_idle().call_all_but_self_by_mask(&env.task)?;
        let others = || online_cpus().filter(|&cpu| cpu != env.here);
        let results = core::iter::from_fn(|| call.wait_any(&env.task).map(|(cpu, &c)| (cpu, c)));
        check!(results.filter(|(cpu, ran_on)| cpu == ran_on).count() == others().count());
        let done = ended(call, &env.task)?;
        check!(are_of(&done, others()));
        idle = done.into_idle();
    }
    Ok(())
}

/// With interrupts off there is no mask call, which would wait for the last one here: that waits
/// for a CPU which is held. Tokens of a task can be kept over `IrqsOff::with()`.
fn by_mask_with_interrupts_off(env: &Env) -> Result {
    let cpus = mask(&[env.other, env.third, env.offline])?;
    let [first, second] = [(); 2].map(|()| many::new(its_cpu, GFP_KERNEL));
    let (first, second) = (first?, second?);
    let hold = Hold::new(env.other)?.call(&*mask(&[env.other])?)?;
    hold.until_held()?;
    let first = first.call_by_mask(&cpus, &env.task)?;
    let second = IrqsOff::with(|_| second.call_by_mask(&cpus, &env.task))?;
    let is_held = hold.missing().next().is_some();
    hold.release();
    let _ = ended(hold, &env.task)?;
    for call in [first, second] {
        let done = ended(call, &env.task)?;
        check!(done.iter().filter(|(_, result)| result.is_ok()).count() == 2);
    }
    check!(is_held);
    Ok(())
}

fn timeout_names_who_is_missing(env: &Env) -> Result {
    let hold = Hold::new(env.other)?.call_all()?;
    hold.until_held()?;
    let timed_out = match hold.wait_timeout(&env.task, 5) {
        Ok(_) => return Err(EIO),
        Err(timed_out) => timed_out,
    };
    let (hold, stall) = (timed_out.in_flight, timed_out.stall);
    // The others may not have got a CPU of the host yet.
    let mut others = 0;
    for stall in hold.missing() {
        pr_info!("ktap: # {stall}\n");
        others += u32::from(stall.cpu != env.other.as_u32());
    }
    let other = hold.missing().find(|stall| stall.cpu == env.other.as_u32());
    hold.release();
    check!(others > 0 || stall.cpu == env.other.as_u32());
    let other = other.ok_or(EIO)?;
    check!(other.started && other.age_ms > 0 && other.function().ends_with("Hold"));
    // The token still works.
    let done = ended(hold, &env.task)?;
    check!(are_of(&done, online_cpus()));
    Ok(())
}

/// "CPU 1 disables irqs and leaves them disabled for awhile": the others' results are there.
fn results_as_they_come(env: &Env) -> Result {
    let mut hold = Hold::new(env.other)?.call_all()?;
    let others = online_cpus().count() - 1;
    for _ in 0..others {
        let (cpu, &result) = hold.wait_any(&env.task).ok_or(EIO)?;
        if cpu != result || cpu == env.other {
            hold.release();
            return Err(EIO);
        }
    }
    hold.release();
    check!(hold.wait_any(&env.task) == Some((env.other, &env.other)));
    check!(hold.wait_any(&env.task).is_none());
    // They are told of once, and stay.
    let done = ended(hold, &env.task)?;
    check!(are_of(&done, online_cpus()));
    Ok(())
}

/// The caller sleeps until the slow CPU wakes it.
fn woken_by_the_slow_one(env: &Env) -> Result {
    let (slow, n) = (env.other, online_cpus().count());
    let mut idle = many::new(
        move |cx: &IrqsOff| {
            if cx.cpu() == slow {
                spin_ms(3);
            }
            cx.cpu()
        },
        GFP_KERNEL,
    )?;
    for _ in 0..10 {
        let mut in_flight = idle.call_all()?;
        check!(in_flight.wait_at_least(&env.task, 0) <= n);
        check!(in_flight.wait_at_least(&env.task, n - 1) >= n - 1);
        let mut ran = 0;
        while let Some((cpu, &result)) = in_flight.wait_any(&env.task) {
            check!(cpu == result);
            ran += 1;
        }
        check!(ran == n);
        // There are no more.
        check!(in_flight.wait_at_least(&env.task, n + 1) == n);
        let done = ended(in_flight, &env.task)?;
        check!(are_of(&done, online_cpus()));
        idle = done.into_idle();
    }
    // Those that are offline do not count.
    let cpus = mask(&[env.other, env.offline])?;
    let mut in_flight = idle.call(&cpus)?;
    check!(in_flight.wait_at_least(&env.task, 2) == 1);
    drop(ended(in_flight, &env.task)?);
    Ok(())
}

/// Keeps `cpu` busy with interrupts off, by a call to it alone.
fn busy(cpu: CpuId) -> Result<InFlight<Hold>> {
    Ok(Hold::new(cpu)?.call(&*mask(&[cpu])?)?)
}

/// The mail of 2009: a CPU is still on its way through the old queue when an element of that queue
/// is used again.
fn requeued_while_the_old_queue_is_walked(env: &Env) -> Result {
    for _ in 0..20 {
        let runs = Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
        let count = runs.clone();
        let idle = many::new(
            move |_: &IrqsOff| count.fetch_add(1, Relaxed) + 1,
            GFP_KERNEL,
        )?;
        let cpus = mask(&[env.other])?;

        // While the first one is there, these two come into one queue.
        let first = busy(env.other)?;
        first.until_held()?;
        let in_flight = idle.call(&cpus)?;
        let second = busy(env.other)?;
        first.release();
        // It stops at the second one, behind ours, which has run.
        second.until_held()?;
        let done = ended(in_flight, &env.task).inspect_err(|_| second.release())?;
        let again = done.into_idle().call(&cpus);
        let early = runs.load(Relaxed);
        second.release();
        let done = ended(again?, &env.task)?;
        check!(early == 1 && done.get(env.other) == Some(Ok(&2)));
        drop(ended(first, &env.task)?);
        drop(ended(second, &env.task)?);
    }
    Ok(())
}

/// The same mail: one CPU is slow, and others go on with sets that overlap, in another order.
fn slow_cpu_and_overlapping_sets(env: &Env) -> Result {
    let sets = [
        mask(&[env.other, env.third])?,
        mask(&[env.third, env.here])?,
        mask(&[env.here, env.other])?,
    ];
    let [mut a, mut b] = [
        many::new(its_cpu, GFP_KERNEL)?,
        many::new(its_cpu, GFP_KERNEL)?,
    ];
    for round in 0..60 {
        let slow = busy(env.other)?;
        slow.until_held()?;
        let first = a.call(&sets[round % 3])?;
        let second = b.call(&sets[(round + 1) % 3])?;
        // One of these sets has nothing to do with the slow CPU, or both wait for it.
        let (first, second) = match (round % 3, (round + 1) % 3) {
            (1, _) => {
                let first = ended(first, &env.task)?;
                slow.release();
                (first, ended(second, &env.task)?)
            }
            (_, 1) => {
                let second = ended(second, &env.task)?;
                slow.release();
                (ended(first, &env.task)?, second)
            }
            _ => {
                slow.release();
                (ended(first, &env.task)?, ended(second, &env.task)?)
            }
        };
        for (done, set) in [
            (&first, &sets[round % 3]),
            (&second, &sets[(round + 1) % 3]),
        ] {
            check!(are_of(done, online_cpus().filter(|&cpu| set.test(cpu))));
        }
        drop(ended(slow, &env.task)?);
        // In the other order next time.
        (a, b) = (second.into_idle(), first.into_idle());
    }
    Ok(())
}

fn used_again_and_again(env: &Env) -> Result {
    /// Returns the number of the call.
    struct Numbered(u32);

    impl Callback for Numbered {
        type Output = (CpuId, u32);

        fn run(&self, cx: &IrqsOff) -> Self::Output {
            (cx.cpu(), self.0)
        }
    }

    let mut idle = Idle::new(Numbered(0), GFP_KERNEL)?;
    for i in 0..500 {
        idle.0 = i;
        let done = ended(idle.call_if(|cpu| cpu.as_u32() & i != 0)?, &env.task)?;
        check!(done.0 == i);
        for (cpu, result) in done.iter() {
            check!(cpu.as_u32() & i != 0 && result == Ok(&(cpu, i)));
        }
        let expected = online_cpus().filter(|&cpu| cpu.as_u32() & i != 0).count();
        check!(done.iter().count() == expected);
        idle = done.into_idle();
    }
    Ok(())
}

fn reduced(env: &Env) -> Result {
    let idle = many::new(|cx: &IrqsOff| cx.cpu().as_u32(), GFP_KERNEL)?;
    let mut done = ended(idle.call_all()?, &env.task)?;
    let sum: u32 = done.drain().filter_map(|(_, number)| number.ok()).sum();
    check!(sum == online_cpus().map(|cpu| cpu.as_u32()).sum::<u32>());
    Ok(())
}

/// A call that owns something, with results that do.
fn with_drops(drops: &Arc<Drops>) -> Result<Idle<impl Callback<Output = Dropped>>> {
    let (payload, result) = (Dropped(drops.clone()), drops.clone());
    Ok(many::new(
        move |_: &IrqsOff| {
            let _ = &payload;
            Dropped(result.clone())
        },
        GFP_KERNEL,
    )?)
}

fn waiter_drops_state_and_results(env: &Env) -> Result {
    let drops = Drops::new()?;
    let n = online_cpus().count() as u32;
    let mut done = ended(with_drops(&drops)?.call_all()?, &env.task)?;
    check!(drops.counts() == (0, 0));
    let one = done.drain().next();
    check!(drops.counts() == (0, 0));
    drop(one);
    check!(drops.counts() == (1, 0));
    let idle = done.into_idle();
    check!(drops.counts() == (n, 0));
    // With the results of another call.
    let done = ended(idle.call_all_but_self()?, &env.task)?;
    drop(done);
    check!(drops.counts() == (n + (n - 1) + 1, 0));
    Ok(())
}

/// Gives up a call while a CPU is held: at once, or in a callback after a look at a result.
fn given_up(env: &Env, after_a_look: bool) -> Result {
    let drops = Drops::new()?;
    let n = online_cpus().count() as u32;
    let slow = busy(env.other)?;
    slow.until_held()?;
    let mut in_flight = with_drops(&drops)?.call_all()?;
    if after_a_look {
        let looked = in_flight.wait_any(&env.task).is_some();
        let mut in_flight = Some(in_flight);
        let called = csd::call(&env.task, env.third, |_| drop(in_flight.take()));
        if !looked || called.is_err() {
            slow.release();
            return Err(EIO);
        }
    } else {
        drop(in_flight);
    }
    let early = drops.counts();
    slow.release();
    check!(early == (0, 0));
    drop(ended(slow, &env.task)?);
    // The results and the payload.
    check!(reaped(&drops, n + 1));
    Ok(())
}

fn dropped_while_a_cpu_is_held(env: &Env) -> Result {
    given_up(env, false)?;
    given_up(env, true)
}

fn dropped_after_the_run(env: &Env) -> Result {
    let drops = Drops::new()?;
    for round in 1..=20 {
        let mut in_flight = with_drops(&drops)?.call_all()?;
        let mut n = 0;
        while in_flight.wait_any(&env.task).is_some() {
            n += 1;
        }
        check!(n == online_cpus().count() as u32);
        drop(in_flight);
        check!(reaped(&drops, round * (n + 1)));
    }
    Ok(())
}

fn state_is_shared_while_in_flight(env: &Env) -> Result {
    let mut hold = Hold::new(env.third)?.call_all()?;
    hold.until_held()?;
    let early = hold.missing().count();
    hold = match hold.try_wait() {
        Ok(_) => return Err(EIO),
        Err(hold) => hold,
    };
    hold.release();
    check!(early > 0);
    let mut idle = ended(hold, &env.task)?.into_idle();
    // And is the caller's afterwards.
    idle.cpu = env.here;
    check!(idle.held.load(Relaxed));
    Ok(())
}

fn scoped_call_borrows(env: &Env) -> Result {
    let sum = Atomic::<u32>::new(0);
    let names = [env.here, env.other, env.third];
    let results = many::call_all(&env.task, |cx| {
        sum.fetch_add(1, Relaxed);
        // A result may borrow too.
        names.iter().find(|&&cpu| cpu == cx.cpu())
    })?;
    check!(sum.load(Relaxed) == online_cpus().count() as u32);
    check!(results.iter().map(|&(cpu, _)| cpu).eq(online_cpus()));
    for &(cpu, result) in &results {
        check!(result == Ok(names.iter().find(|&&named| named == cpu)));
    }

    let others = many::call_all_but_self(&env.task, its_cpu)?;
    check!(others.len() == online_cpus().count() - 1);
    check!(others
        .iter()
        .all(|&(cpu, result)| cpu != env.here && result == Ok(cpu)));
    let other = env.other;
    let mut asked = 0;
    let one = many::call_if(
        &env.task,
        |cpu| {
            asked += 1;
            cpu == other
        },
        its_cpu,
    )?;
    check!(one[..] == [(other, Ok(other))] && asked == online_cpus().count());
    Ok(())
}

fn scoped_offline_is_reported(env: &Env) -> Result {
    let drops = Drops::new()?;
    let cpus = mask(&[env.other, env.offline])?;
    let f = |_: &IrqsOff| Dropped(drops.clone());
    let results = many::call(&env.task, &cpus, f)?;
    check!(results.len() == 2 && drops.counts() == (0, 0));
    for (cpu, result) in &results {
        let error = result.as_ref().err().copied();
        check!(error == (*cpu == env.offline).then_some(ENXIO));
    }
    drop(results);
    check!(drops.counts() == (1, 0));
    check!(many::call(&env.task, &*mask(&[])?, f)?.is_empty());
    Ok(())
}

/// All of it, before the stack goes: the frames of calls that follow lie where those before did.
fn scoped_calls_wait_for_slow_cpus(env: &Env) -> Result {
    for round in 0..50 {
        let ended = Atomic::<usize>::new(0);
        many::call_all(&env.task, |_| {
            if round % 10 == 0 {
                spin_ms(1);
            }
            ended.fetch_add(1, Relaxed);
        })?;
        check!(ended.load(Relaxed) == online_cpus().count());
    }
    Ok(())
}

tests! {
    (&Env)
    each_cpu_of_the_mask,
    all_with_and_without_this_one,
    all_that_a_condition_holds_for,
    any_is_the_nearest,
    nobody_is_called,
    offline_is_reported,
    impossible_are_ignored,
    queued_with_interrupts_off,
    by_mask_as_by_csds,
    by_mask_with_interrupts_off,
    timeout_names_who_is_missing,
    results_as_they_come,
    woken_by_the_slow_one,
    requeued_while_the_old_queue_is_walked,
    slow_cpu_and_overlapping_sets,
    used_again_and_again,
    reduced,
    waiter_drops_state_and_results,
    dropped_while_a_cpu_is_held,
    dropped_after_the_run,
    state_is_shared_while_in_flight,
    // These wait without a limit, so a lost call is named by the ones above.
    scoped_call_borrows,
    scoped_offline_is_reported,
    scoped_calls_wait_for_slow_cpus,
}

module_of_tests! { "many_forms", "Test of calls to many CPUs" }
