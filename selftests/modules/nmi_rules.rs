// SPDX-License-Identifier: GPL-2.0

//! What each operation that must not be done in an NMI does there: it is refused, or leaves the
//! rest to another context.
//!
//! Load it bound to a CPU (`taskset 1 insmod`), with `other=` one that is online.

use core::pin::Pin;
use crosscall::{
    calls::{
        deferred::{
            Outcome,
            Policy,
            Work, //
        },
        many,
        quiesce::{
            self,
            GracePeriod,
            Handler,
            Quiesced, //
        },
        shared, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        self,
        Csd,
        CsdCallback,
        Idle,
        Slot, //
    },
    impl_has_csd, impl_has_irq_work,
    irq_work::{
        self,
        Handle,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
};
use kernel::{
    bindings,
    cpu::CpuId,
    cpumask::Cpumask,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc,
        ArcBorrow,
        UniqueArc, //
    }, //
};

mod in_context;
mod support;
use in_context::*;
use support::*;

module! {
    type: Rules,
    name: "nmi_rules",
    authors: ["crosscall developers"],
    description: "Test of operations that are refused in an NMI",
    license: "GPL v2",
    params: {
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this (-1: any)",
        },
    },
}

struct Env {
    task: TaskContext,
    here: CpuId,
    other: CpuId,
}

/// The embedded form.
#[pin_data]
struct Owned {
    #[pin]
    csd: Csd<Self>,
    payload: Dropped,
}

impl_has_csd! {
    impl HasCsd for Owned { self.csd }
}

impl CsdCallback for Owned {
    type Pointer = Pin<KBox<Self>>;
    type Output = Dropped;

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> Dropped {
        Dropped(this.payload.0.clone())
    }
}

impl Owned {
    fn boxed(drops: &Arc<Drops>) -> Result<Pin<KBox<Self>>> {
        KBox::pin_init(
            pin_init!(Self { csd <- Csd::new(), payload: Dropped(drops.clone()) }),
            GFP_KERNEL,
        )
    }
}

/// An object whose first handle an NMI makes.
#[pin_data]
struct Bell {
    #[pin]
    work: IrqWork<Self>,
}

impl_has_irq_work! {
    impl HasIrqWork for Bell { self.work }
}

impl IrqWorkCallback for Bell {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(_this: ArcBorrow<'_, Self>, _cx: &irq_work::Context<Hard>) {}
}

/// A `TaskContext` that has got into an NMI, as one can that is made there. Safe code cannot send
/// one.
struct Smuggled<'a>(&'a TaskContext);

// SAFETY: Only for tests of what happens then.
unsafe impl Send for Smuggled<'_> {}
// SAFETY: Only for tests of what happens in an NMI that shares the token with a task.
unsafe impl Sync for Smuggled<'_> {}

impl Smuggled<'_> {
    fn get(&self) -> &TaskContext {
        self.0
    }
}

/// Calls `f` with what `it` holds, in an NMI on `cpu`, and keeps what it returns.
fn nmi<T: Send, U: Send>(cpu: CpuId, it: T, f: impl FnOnce(T) -> U + Send) -> Result<U> {
    let (mut job, mut out) = (Some((it, f)), None);
    run_in(Context::Nmi, cpu, || out = job.take().map(|(it, f)| f(it)))?;
    out.ok_or(EIO)
}

fn refusals(cpu: CpuId) -> usize {
    // SAFETY: The helper checks the CPU. 4 is `refused` in `rust/helpers/stats.c`.
    unsafe { rust_helper_stat(cpu.as_u32(), 4) }
}

extern "C" {
    // From crosscall.ko.
    fn rust_helper_stat(cpu: u32, which: u32) -> usize;
}

/// The refusals that `f` causes on the CPU that NMIs hit.
fn refused_by(env: &Env, f: impl FnOnce() -> Result) -> Result<usize> {
    let before = refusals(env.other);
    f()?;
    Ok(refusals(env.other) - before)
}

fn csd_call_is_refused(env: &Env) -> Result {
    let drops = Drops::new()?;
    let mut tokens = KVec::new();
    let refused = refused_by(env, || {
        for cpu in [env.here, env.other] {
            let idle = Idle::from(Owned::boxed(&drops)?);
            let refused = match nmi(env.other, idle, |idle| idle.call_on(cpu))? {
                Ok(_) => return Err(EIO),
                Err(refused) => refused,
            };
            check!(refused.error == EPERM && drops.counts() == (0, 0));
            // The token is as good as before.
            tokens.push(
                refused.token.call_on(env.other)?.wait(&env.task),
                GFP_KERNEL,
            )?;
        }
        Ok(())
    })?;
    check!(refused == 2 && drops.counts() == (0, 0));
    Ok(())
}

fn csd_scoped_call_is_refused(env: &Env) -> Result {
    let task = Smuggled(&env.task);
    let here = env.here;
    let mut ran = false;
    let refused = refused_by(env, || {
        let errors = nmi(env.other, &mut ran, |ran| {
            let called = csd::call(task.get(), here, |_| *ran = true);
            let mut slot = Slot::new(|_: &IrqsOff| ());
            let error = csd::scope(task.get(), |scope| {
                let first = scope.call_on(&mut slot, here).map(|_| ());
                let refused = first.err()?;
                let again = refused.token.call_on(here).map(|_| ());
                Some((refused.error, again.err()?.error))
            });
            (called.map_err(|refused| refused.error), error)
        })?;
        check!(errors == (Err(EPERM), Some((EPERM, EPERM))));
        Ok(())
    })?;
    check!(refused == 3 && !ran);
    Ok(())
}

fn many_call_is_refused(env: &Env) -> Result {
    // SAFETY: The mask is there for good; a racy read is fine.
    let online = unsafe { Cpumask::from_raw(&raw const bindings::__cpu_online_mask) };
    // Not `Send`.
    let online = core::ptr::from_ref(online) as usize;
    // SAFETY: The address is that of the mask, which is there for good; a racy read is fine.
    let mask = move || unsafe { &*(online as *const Cpumask) };
    let asked = Atomic::<bool>::new(false);

    let refused = refused_by(env, || {
        let mut idle = many::new(|_: &IrqsOff| (), GFP_KERNEL)?;
        for way in 0..5 {
            let refused = nmi(env.other, idle, |idle| match way {
                0 => idle.call_all(),
                1 => idle.call_all_but_self(),
                2 => idle.call(mask()),
                3 => idle.call_any(mask()),
                _ => idle.call_if(|_| {
                    asked.store(true, Relaxed);
                    true
                }),
            })?;
            let refused = match refused {
                Ok(_) => return Err(EIO),
                Err(refused) => refused,
            };
            check!(refused.error == EPERM);
            idle = refused.token.call_all()?.wait(&env.task).into_idle();
        }
        Ok(())
    })?;
    check!(refused == 5 && !asked.load(Relaxed));

    let task = Smuggled(&env.task);
    let drops = Drops::new()?;
    let payload = Dropped(drops.clone());
    let f = move |_: &IrqsOff| Dropped(payload.0.clone());
    let refused = match nmi(env.other, f, |f| many::call_all(task.get(), f))? {
        Ok(_) => return Err(EIO),
        Err(refused) => refused,
    };
    check!(refused.error == EPERM && drops.counts() == (0, 0));
    Ok(())
}

/// A work that may have to be sent by an IPI; `Policy::Only` never is.
fn deferred_work_is_refused(env: &Env) -> Result {
    for policy in [Policy::Defer, Policy::Within(1), Policy::Never] {
        let runs = Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
        let its = runs.clone();
        let run = move |_: &IrqsOff| _ = its.fetch_add(1, Relaxed);
        let work = Work::new(run, policy, GFP_KERNEL)?;
        for cpu in [env.here, env.other] {
            let outcome = nmi(env.other, &work, |work| work.queue_on(cpu))?;
            check!(outcome == Outcome::Refused && !work.is_pending_on(cpu));
        }
        work.flush_all(&env.task);
        check!(runs.load(Relaxed) == 0);
        // The work is as good as before.
        check!(work.queue_on(env.other).is_accepted());
        work.flush(env.other, &env.task);
        check!(runs.load(Relaxed) == 1);
    }
    Ok(())
}

/// Without RCU's locks: the NMI may have hit a CPU that holds them.
fn handler_is_replaced(env: &Env) -> Result {
    let drops = Drops::new()?;
    let node = || Quiesced::new(Dropped(drops.clone()), GFP_KERNEL);
    let handler = Handler::new(node()?);
    for _ in 0..20 {
        let new = node()?;
        let replaced = nmi(env.other, (new, Smuggled(&env.task)), |(new, task)| {
            handler.replace_async(new, task.get())
        })?;
        drop(replaced.wait(GracePeriod::Expedited, &env.task));
    }
    drop(handler);
    all_reaped(&drops, 21)
}

fn try_wait_gives_the_token_back(env: &Env) -> Result {
    let drops = Drops::new()?;
    // Calls to this CPU have ended when they are queued.
    let in_flight = Idle::from(Owned::boxed(&drops)?).call_on(env.here)?;
    let in_flight = match nmi(env.other, in_flight, |in_flight| in_flight.try_wait())? {
        Ok(_) => return Err(EIO),
        Err(in_flight) => in_flight,
    };
    let stall = nmi(env.other, &in_flight, |in_flight| in_flight.stall())?;
    check!(stall.started);
    check!(in_flight.try_wait().is_ok());

    let here = env.here;
    let in_flight = many::new(|_: &IrqsOff| (), GFP_KERNEL)?.call_if(|cpu| cpu == here)?;
    let in_flight = match nmi(env.other, in_flight, |in_flight| in_flight.try_wait())? {
        Ok(_) => return Err(EIO),
        Err(in_flight) => in_flight,
    };
    check!(
        nmi(env.other, &in_flight, |in_flight| in_flight
            .missing()
            .count())?
            == 0
    );
    check!(in_flight.try_wait().is_ok());
    Ok(())
}

/// Whether what was counted `n` times was dropped in process context.
fn all_reaped(drops: &Drops, n: u32) -> Result {
    check!(reaped(drops, n));
    check!(drops.counts() == (n, 0));
    Ok(())
}

fn tokens_may_be_dropped(env: &Env) -> Result {
    let drops = Drops::new()?;

    // Done, not queued, and refused; then the result too.
    let in_flight = Idle::from(Owned::boxed(&drops)?).call_on(env.here)?;
    nmi(env.other, in_flight, drop)?;
    all_reaped(&drops, 2)?;
    nmi(env.other, Idle::from(Owned::boxed(&drops)?), drop)?;
    all_reaped(&drops, 3)?;
    let (idle, here) = (Idle::from(Owned::boxed(&drops)?), env.here);
    nmi(env.other, idle, |idle| drop(idle.call_on(here)))?;
    all_reaped(&drops, 4)?;

    let callback = || {
        let payload = Dropped(drops.clone());
        move |_: &IrqsOff| Dropped(payload.0.clone())
    };
    let only_here = |cpu| cpu == here;
    let in_flight = many::new(callback(), GFP_KERNEL)?.call_if(only_here)?;
    nmi(env.other, in_flight, drop)?;
    all_reaped(&drops, 6)?;
    nmi(env.other, many::new(callback(), GFP_KERNEL)?, drop)?;
    all_reaped(&drops, 7)?;
    let in_flight = many::new(callback(), GFP_KERNEL)?.call_if(only_here)?;
    nmi(env.other, in_flight.wait(&env.task), drop)?;
    all_reaped(&drops, 9)?;
    Ok(())
}

fn tokens_may_be_made(env: &Env) -> Result {
    let drops = Drops::new()?;
    let idle = nmi(env.other, Owned::boxed(&drops)?, Idle::from)?;
    drop(idle.call_on(env.other)?.wait(&env.task));
    // One that goes before anybody has walked the registry, and one that does not.
    drop(nmi(env.other, Owned::boxed(&drops)?, Idle::from)?);
    let idle = nmi(env.other, Owned::boxed(&drops)?, Idle::from)?;
    nmi(env.other, idle, drop)?;
    // And those of objects that have had one.
    for _ in 0..2 {
        let object = nmi(env.other, Owned::boxed(&drops)?, Idle::from)?.into_inner();
        drop(Idle::from(object).call_on(env.other)?.wait(&env.task));
    }
    all_reaped(&drops, 8)?;

    let bell = UniqueArc::pin_init(pin_init!(Bell { work <- IrqWork::new() }), GFP_KERNEL)?;
    let handle = nmi(env.other, bell, |bell| {
        let handle = Handle::from(bell);
        let _ = handle.queue();
        handle
    })?;
    handle.sync(&env.task);
    drop(handle);
    Ok(())
}

fn nothing_is_allocated(env: &Env) -> Result {
    let failed = nmi(env.other, (), |()| {
        [
            csd::new(|_: &IrqsOff| (), GFP_ATOMIC).is_err(),
            csd::Callback::new(0u32, |_, _| (), GFP_ATOMIC).is_err(),
            many::new(|_: &IrqsOff| (), GFP_ATOMIC).is_err(),
            irq_work::new::<Hard, _>(|_| (), GFP_ATOMIC).is_err(),
            irq_work::Callback::<Hard>::new(|_| (), GFP_ATOMIC).is_err(),
            irq_work::exclusive::new::<Hard, _>(|_| (), GFP_ATOMIC).is_err(),
            irq_work::exclusive::Callback::<Hard>::new(|_| (), GFP_ATOMIC).is_err(),
            shared::new(|_| (), GFP_ATOMIC).is_err(),
            shared::serial(|_| (), GFP_ATOMIC).is_err(),
            Quiesced::new(0u32, GFP_ATOMIC).is_err(),
            quiesce::Callback::new(|_, _: &u32| (), GFP_ATOMIC).is_err(),
            Work::new(|_: &IrqsOff| (), Policy::Defer, GFP_ATOMIC)
                .is_err_and(|refused| refused.error == EPERM),
        ]
    })?;
    check!(failed == [true; 12]);
    Ok(())
}

/// NMIs hit a CPU that makes, calls, gives up and drops tokens all the time, and do the same.
fn locks_are_left_alone(env: &Env) -> Result {
    const ROUNDS: usize = 1000;
    let stop = Atomic::<bool>::new(false);
    let drops = Drops::new()?;
    let here = env.here;

    let busy = |_: CpuId| {
        let task = TaskContext::new();
        while !stop.load(Relaxed) {
            let round = || -> Result {
                let idle = csd::new(|_: &IrqsOff| (), GFP_KERNEL)?;
                // With an IPI, and without.
                let idle = idle.call_on(here)?.wait(&task).0;
                drop(idle.call_on(CpuId::current())?);
                Ok(())
            };
            let _ = round();
        }
    };
    let thread = Thread::start(env.other, &busy)?;
    let rounds = || -> Result {
        for _ in 0..ROUNDS {
            let fresh = Owned::boxed(&drops)?;
            let idle = Idle::from(Owned::boxed(&drops)?);
            let in_flight = Idle::from(Owned::boxed(&drops)?).call_on(here)?;
            nmi(
                env.other,
                (fresh, idle, in_flight),
                |(fresh, idle, in_flight)| {
                    drop(Idle::from(fresh));
                    drop(idle.call_on(here));
                    drop(in_flight.try_wait());
                },
            )?;
        }
        Ok(())
    };
    let result = rounds();
    stop.store(true, Relaxed);
    drop(thread);
    result?;
    all_reaped(&drops, 4 * ROUNDS as u32)
}

tests! {
    (&Env)
    csd_call_is_refused,
    csd_scoped_call_is_refused,
    many_call_is_refused,
    deferred_work_is_refused,
    handler_is_replaced,
    try_wait_gives_the_token_back,
    tokens_may_be_dropped,
    tokens_may_be_made,
    nothing_is_allocated,
    locks_are_left_alone,
}

struct Rules;

impl kernel::Module for Rules {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let cpus = Cpus::new([("other", param(module_parameters::other.value()))])?;
        let env = Env {
            task: TaskContext::new(),
            here: cpus.here,
            other: cpus.others[0],
        };
        let mut report = Report::new(TESTS.len());
        for (name, test) in TESTS {
            report.result(name, test(&env));
        }
        Ok(Self)
    }
}
