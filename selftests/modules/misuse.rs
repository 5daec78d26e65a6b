// SPDX-License-Identifier: GPL-2.0

//! Misuse that compiles, because no token can express it. The kernel's debug options report it, or
//! crosscall does.

use core::pin::Pin;
use crosscall::{
    calls::{
        deferred::{
            Policy,
            Work, //
        },
        many,
        quiesce::{
            flush_cpu,
            GracePeriod,
            Handler,
            Quiesced, //
        },
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        self,
        Csd,
        CsdCallback,
        Idle, //
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
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        rcu,
        Arc,
        ArcBorrow,
        Completion,
        UniqueArc, //
    },
};

mod hold;
mod in_context;
mod support;
use hold::*;
use in_context::*;
use support::*;

module! {
    type: Misuse,
    name: "misuse",
    authors: ["crosscall developers"],
    description: "Misuse of csd calls and irq_works that debug kernels report",
    license: "GPL v2",
    params: {
        at: u32 {
            default: 0,
            description: "Which misuse: see the end of the source",
        },
    },
}

/// A call that makes another one of its own kind.
#[pin_data]
struct Nested {
    #[pin]
    csd: Csd<Self>,
    inner: Option<Idle<Pin<KBox<Nested>>>>,
}

impl_has_csd! {
    impl HasCsd for Nested { self.csd }
}

impl CsdCallback for Nested {
    type Pointer = Pin<KBox<Self>>;
    type Output = ();

    fn run(this: Pin<&mut Self>, cx: &IrqsOff) {
        if let Some(idle) = this.project().inner.take() {
            if let Ok(in_flight) = idle.call_on(cx.cpu()) {
                // Inline, hence over: this does not hang. From another CPU it would.
                let (idle, ()) = in_flight.wait(&TaskContext::new());
                core::mem::forget(idle);
            }
        }
    }
}

impl Nested {
    fn new(inner: Option<Idle<Pin<KBox<Self>>>>) -> Result<Idle<Pin<KBox<Self>>>> {
        Ok(KBox::pin_init(pin_init!(Self { csd <- Csd::new(), inner }), GFP_KERNEL)?.into())
    }
}

/// A work that waits for another one of its own kind.
#[pin_data]
struct Waiter {
    #[pin]
    work: IrqWork<Self>,
    inner: Option<Handle<Arc<Self>>>,
}

impl_has_irq_work! {
    impl HasIrqWork for Waiter { self.work }
}

impl IrqWorkCallback for Waiter {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, _cx: &irq_work::Context<Hard>) {
        if let Some(inner) = &this.inner {
            // Idle, hence this does not hang.
            inner.sync(&TaskContext::new());
        }
    }
}

impl Waiter {
    fn new(inner: Option<Handle<Arc<Self>>>) -> Result<Handle<Arc<Self>>> {
        let waiter = pin_init!(Self { work <- IrqWork::new(), inner });
        Ok(UniqueArc::pin_init(waiter, GFP_KERNEL)?.into())
    }
}

/// Functions that wait turn interrupts on, even where there is nothing to wait for.
fn enable_interrupts(task: &TaskContext, cpu: CpuId) -> Result {
    let over = KBox::pin_init(Completion::new(), GFP_KERNEL)?;
    over.complete_all();
    let work = irq_work::new::<Hard, _>(move |_| over.wait_for_completion(), GFP_KERNEL)?;
    work.queue_on(cpu, task)?;
    work.sync(task);
    Ok(())
}

/// The call takes so long that there is something to wait for.
fn wait_in_section(task: &TaskContext, cpu: CpuId) -> Result {
    Handler::new(Quiesced::new((), GFP_KERNEL)?)
        .read(|()| csd::call(task, cpu, |_| spin_ms(100)))?;
    Ok(())
}

/// A `TaskContext` that has got into an NMI, as one can that is made there.
struct Smuggled<'a>(&'a TaskContext);

// SAFETY: Only for a test of what happens then.
unsafe impl Send for Smuggled<'_> {}

impl Smuggled<'_> {
    fn get(&self) -> &TaskContext {
        self.0
    }
}

/// The call ends while an NMI waits for it.
fn wait_in_nmi(task: &TaskContext, [cpu, runs_on]: [CpuId; 2]) -> Result {
    let waits = Arc::new(Atomic::<bool>::new(false), GFP_KERNEL)?;
    let its = waits.clone();
    let call = csd::new(
        move |_: &IrqsOff| {
            spin_until(|| its.load(Relaxed));
            spin_ms(100);
        },
        GFP_KERNEL,
    )?;
    let mut job = Some((call.call_on(runs_on)?, Smuggled(task)));
    let mut idle = None;
    run_in(Context::Nmi, cpu, || {
        waits.store(true, Relaxed);
        idle = job.take().map(|(call, task)| call.wait(task.get()));
    })?;
    check!(idle.is_some());
    pr_info!("the wait in an NMI has ended\n");
    Ok(())
}

/// Functions that sleep refuse to, where they would turn interrupts on or wait for their caller.
fn sleep_with_irqs_off(task: &TaskContext, cpu: CpuId) -> Result {
    let flush = || flush_cpu(cpu, GracePeriod::Expedited, task);
    check!(IrqsOff::with(|_| flush()) == Err(EPERM));
    let slot = Handler::new(Quiesced::new((), GFP_KERNEL)?);
    check!(slot.read(|()| flush()) == Err(EPERM));

    let drops = Drops::new()?;
    let payload = Dropped(drops.clone());
    let run = move |_: &IrqsOff| _ = &payload;
    let work = Work::new(run, Policy::Defer, GFP_KERNEL)?;
    check!(IrqsOff::with(|_| work.unregister(task, |_| ()).is_none()));
    check!(reaped(&drops, 1));
    pr_info!("nothing has slept\n");
    Ok(())
}

/// A work that is flushed in an NMI, where it cannot be sent, while it is pending on that CPU, and
/// while it is pending on another one. Nothing runs there, and nothing is waited for.
fn flush_in_nmi(task: &TaskContext, [cpu, other]: [CpuId; 2]) -> Result {
    let (holder, open) = hold(cpu)?;
    let ran = flag()?;
    let its = ran.clone();
    let run = move |_: &IrqsOff| its.store(true, Relaxed);
    let work = Work::new(run, Policy::Never, GFP_KERNEL)?;
    check!(work.queue_on(cpu).is_accepted());
    for hit in [cpu, other] {
        let mut job = Some((&work, Smuggled(task)));
        run_in(Context::Nmi, hit, || {
            if let Some((work, task)) = job.take() {
                work.flush(cpu, task.get());
            }
        })?;
        check!(job.is_none() && !ran.load(Relaxed) && work.is_pending_on(cpu));
    }
    open.store(true, Relaxed);
    drop(holder.wait(task));
    work.flush(cpu, task);
    check!(ran.load(Relaxed));
    pr_info!("nothing has run in an NMI\n");
    Ok(())
}

/// The closure that is told what was revoked leaves an RCU read-side section open. Waiting would
/// end it, or wait for it.
fn unregister_in_section(task: &TaskContext, [cpu, _]: [CpuId; 2]) -> Result {
    let (holder, open) = hold(cpu)?;
    let drops = Drops::new()?;
    let payload = Dropped(drops.clone());
    let work = Work::new(move |_: &IrqsOff| _ = &payload, Policy::Never, GFP_KERNEL)?;
    check!(work.queue_on(cpu).is_accepted());
    let mut section = None;
    let was_refused = work
        .unregister(task, |_| section = Some(rcu::read_lock()))
        .is_none();
    check!(was_refused && section.is_some() && drops.counts() == (0, 0));
    drop(section);
    open.store(true, Relaxed);
    drop(holder.wait(task));
    check!(reaped(&drops, 1));
    pr_info!("no wait was in the section\n");
    Ok(())
}

/// What panics when it is dropped.
struct Panics;

impl Drop for Panics {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

/// A payload whose drop ends the reaper's task. What is in flight can still be listed, after other
/// tasks have had its stack.
fn panic_in_drop(cpu: CpuId) -> Result {
    let payload = Panics;
    let run = move |_: &IrqsOff| {
        let _ = &payload;
    };
    drop(csd::new(run, GFP_KERNEL)?.call_on(cpu)?);
    sleep_ms(500);
    Ok(())
}

/// A task that panics in scopes, after a call has ended for which it has slept, and a work.
fn panic_in_scopes(task: &TaskContext, cpu: CpuId) {
    let mut slot = csd::Slot::new(|_: &IrqsOff| spin_ms(500));
    let run = |_: &irq_work::Context<Hard>| ();
    let condition = |_| panic!("in scopes");
    irq_work::scope(task, run, |work| {
        let _ = work.queue();
        csd::scope(task, |scope| {
            if let Ok(in_flight) = scope.call_on(&mut slot, cpu) {
                let _ = in_flight.wait(task);
                let _ = many::call_if(task, condition, |_: &IrqsOff| ());
            }
        });
    });
}

struct Misuse;

impl kernel::Module for Misuse {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let task = TaskContext::new();
        let cpus = Cpus::new([("other", -1), ("third", -1)])?;
        let [other, _] = cpus.others;

        match param(module_parameters::at.value()) {
            0 => csd::call(&task, other, |_| _ = TaskContext::new())?,
            1 => {
                Nested::new(Some(Nested::new(None)?))?
                    .call_on(other)?
                    .wait(&task)
                    .1
            }
            2 => {
                let waiter = Waiter::new(Some(Waiter::new(None)?))?;
                waiter.queue_on(other, &task)?;
                waiter.sync(&task);
            }
            3 => enable_interrupts(&task, other)?,
            4 => wait_in_section(&task, other)?,
            5 => wait_in_nmi(&task, cpus.others)?,
            6 => sleep_with_irqs_off(&task, other)?,
            7 => flush_in_nmi(&task, cpus.others)?,
            8 => unregister_in_section(&task, cpus.others)?,
            9 => panic_in_drop(other)?,
            10 => panic_in_scopes(&task, other),
            at => {
                pr_err!("at={at}: must be 0 to 10\n");
                return Err(EINVAL);
            }
        }
        Ok(Self)
    }
}
