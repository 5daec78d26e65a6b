// SPDX-License-Identifier: GPL-2.0

//! Callbacks of each kind that leak a guard of each kind. What was interrupted must go on as if
//! nothing had happened, and the log must name the callback.
//!
//! An RCU read-side section cannot be ended behind a callback, as a reference that it has returned
//! may rely on it. Nor can it be kept open, as an idle CPU is no reader, whatever it counts. That
//! is a panic, and has a boot of its own (`rcu=`).

use core::mem::forget;
use crosscall::{
    calls::{
        deferred::{
            Policy,
            Work, //
        },
        many,
        shared, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd,
    irq_work::{
        self,
        Hard,
        Lazy,
        Mode,
        Normal, //
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
        new_spinlock,
        rcu,
        Arc,
        SpinLock, //
    },
};

mod support;
use support::*;

module! {
    type: LeakedGuards,
    name: "leaked_guards",
    authors: ["crosscall developers"],
    description: "Callbacks that leak guards",
    license: "GPL v2",
    params: {
        rcu: u32 {
            default: 0,
            description: "0: each guard but RCU's; N: RCU's, in the Nth test (1 to 15): a panic",
        },
    },
}

extern "C" {
    // From crosscall.ko.
    fn rust_helper_may_sleep() -> bool;
}

fn may_sleep() -> bool {
    // SAFETY: Always safe to call.
    unsafe { rust_helper_may_sleep() }
}

#[derive(Clone, Copy)]
enum Guard {
    SpinLock,
    Rcu,
    #[cfg(crosscall_has_interrupt)]
    SpinLockIrq,
    #[cfg(crosscall_has_interrupt)]
    Interrupts,
}

const GUARDS: &[(&str, Guard)] = &[
    ("spin_lock", Guard::SpinLock),
    ("rcu", Guard::Rcu),
    #[cfg(crosscall_has_interrupt)]
    ("spin_lock_irq", Guard::SpinLockIrq),
    #[cfg(crosscall_has_interrupt)]
    ("interrupts", Guard::Interrupts),
];

/// Leaks a guard when it is asked to. Locks that are leaked stay there.
#[derive(Clone)]
struct Leak {
    guard: Guard,
    lock: Arc<SpinLock<()>>,
    #[cfg(crosscall_has_interrupt)]
    irq_lock: Arc<kernel::sync::SpinLockIrq<()>>,
}

impl Guard {
    /// Whether it is an RCU read-side section, as far as the kernel counts those.
    fn is_rcu(self) -> bool {
        match self {
            Self::Rcu => cfg!(CONFIG_PREEMPT_RCU),
            Self::SpinLock => cfg!(CONFIG_PREEMPT_RT),
            #[cfg(crosscall_has_interrupt)]
            Self::SpinLockIrq => cfg!(CONFIG_PREEMPT_RT),
            #[cfg(crosscall_has_interrupt)]
            Self::Interrupts => false,
        }
    }
}

impl Leak {
    fn new(guard: Guard) -> Result<Self> {
        let leak = Self {
            guard,
            lock: Arc::pin_init(new_spinlock!(()), GFP_KERNEL)?,
            #[cfg(crosscall_has_interrupt)]
            irq_lock: Arc::pin_init(kernel::sync::new_spinlock_irq!(()), GFP_KERNEL)?,
        };
        forget(leak.clone());
        Ok(leak)
    }

    fn leak(&self) {
        match self.guard {
            Guard::SpinLock => forget(self.lock.lock()),
            Guard::Rcu => forget(rcu::read_lock()),
            #[cfg(crosscall_has_interrupt)]
            Guard::SpinLockIrq => forget(self.irq_lock.lock()),
            #[cfg(crosscall_has_interrupt)]
            Guard::Interrupts => forget(kernel::interrupt::local_interrupt_disable()),
        }
    }
}

/// Leaks a guard when it is dropped.
struct LeakInDrop(Leak);

impl Drop for LeakInDrop {
    fn drop(&mut self) {
        self.0.leak();
    }
}

// Each test is named in the log by the type of its closure: `leaked_guards::csd::{{closure}}`.

fn csd(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    let in_flight = csd::new(move |_| leak.leak(), GFP_KERNEL)?.call_on(cpu)?;
    drop(in_flight.wait(task));
    Ok(())
}

fn csd_inline(leak: Leak, _cpu: CpuId, task: &TaskContext) -> Result {
    let in_flight = csd::new(move |_| leak.leak(), GFP_KERNEL)?.call_on(CpuId::current())?;
    check!(may_sleep());
    drop(in_flight.wait(task));
    Ok(())
}

fn csd_scoped(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    csd::call(task, cpu, |_| leak.leak())?;
    Ok(())
}

fn csd_payload(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    let drops = Drops::new()?;
    let payload = (Dropped(drops.clone()), LeakInDrop(leak));
    let keep = move |_: &_| _ = &payload;
    drop(csd::new(keep, GFP_KERNEL)?.call_on(cpu)?);
    // One after the other in the same workqueue: the second is not to suffer from the first.
    let second = Dropped(drops.clone());
    drop(csd::new(move |_| _ = &second, GFP_KERNEL)?.call_on(cpu)?);
    check!(reaped(&drops, 2));
    csd::call(task, cpu, |_| ())?;
    Ok(())
}

fn many_on_each(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    // One of them leaks it: the lock is one.
    let each = move |cx: &IrqsOff| {
        if cx.cpu() == cpu {
            leak.leak();
        }
    };
    drop(many::new(each, GFP_KERNEL)?.call_all()?.wait(task));
    Ok(())
}

fn many_condition(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    let idle = many::new(|_| (), GFP_KERNEL)?;
    let in_flight = idle.call_if(move |which| {
        if which == cpu {
            leak.leak();
        }
        true
    })?;
    check!(may_sleep());
    drop(in_flight.wait(task));
    Ok(())
}

fn many_scoped_condition(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    let condition = move |which| {
        if which == cpu {
            leak.leak();
        }
        true
    };
    drop(many::call_if(task, condition, |_| ())?);
    check!(may_sleep());
    Ok(())
}

fn work_of<M: Mode>(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    let work = irq_work::new::<M, _>(move |_| leak.leak(), GFP_KERNEL)?;
    work.queue_on(cpu, task)?;
    work.sync(task);
    Ok(())
}

fn irq_work_hard(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    work_of::<Hard>(leak, cpu, task)
}

fn irq_work_normal(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    work_of::<Normal>(leak, cpu, task)
}

fn irq_work_lazy(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    work_of::<Lazy>(leak, cpu, task)
}

fn irq_work_exclusive(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    let work = irq_work::exclusive::new::<Normal, _>(move |_| leak.leak(), GFP_KERNEL)?;
    drop(work.queue_on(cpu, task)?.wait(task));
    Ok(())
}

fn irq_work_payload(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    let drops = Drops::new()?;
    let payload = (Dropped(drops.clone()), LeakInDrop(leak));
    let work = irq_work::new::<Hard, _>(move |_| _ = &payload, GFP_KERNEL)?;
    work.queue_on(cpu, task)?;
    drop(work);
    check!(reaped(&drops, 1));
    Ok(())
}

fn shared_overlapping(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    let call = shared::new(move |_| leak.leak(), GFP_KERNEL)?;
    call.fire(cpu, task)?;
    call.sync(task);
    Ok(())
}

fn shared_serial(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    let call = shared::serial(move |_| leak.leak(), GFP_KERNEL)?;
    call.fire(cpu, task)?;
    call.sync(task);
    Ok(())
}

fn deferred(leak: Leak, cpu: CpuId, task: &TaskContext) -> Result {
    let leaks = move |_: &_| leak.leak();
    let work = Work::new(leaks, Policy::Never, GFP_KERNEL).map_err(|refused| refused.error)?;
    _ = work.queue_on(cpu);
    work.flush(cpu, task);
    Ok(())
}

tests! {
    (Leak, CpuId, &TaskContext)
    csd,
    csd_inline,
    csd_scoped,
    csd_payload,
    many_on_each,
    many_condition,
    many_scoped_condition,
    irq_work_hard,
    irq_work_normal,
    irq_work_lazy,
    irq_work_exclusive,
    irq_work_payload,
    shared_overlapping,
    shared_serial,
    deferred,
}

/// Runs `test` against a thread of `cpu` that is busy, so that what comes to the CPU hits it. The
/// thread must be able to sleep afterwards, and the caller too.
fn hit_a_thread(cpu: CpuId, test: impl FnOnce() -> Result) -> Result {
    let busy = Atomic::<bool>::new(false);
    let over = Atomic::<bool>::new(false);
    let hurt = Atomic::<bool>::new(false);
    let victim = |_| {
        busy.store(true, Relaxed);
        spin_until(|| over.load(Relaxed));
        hurt.store(!may_sleep(), Relaxed);
    };

    let thread = Thread::start(cpu, victim)?;
    let result = sleep_until(|| busy.load(Relaxed)).and_then(|()| test());
    over.store(true, Relaxed);
    // Waits for it.
    drop(thread);
    check!(!hurt.load(Relaxed));
    check!(may_sleep());
    result
}

struct LeakedGuards;

impl kernel::Module for LeakedGuards {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let task = TaskContext::new();
        let here = CpuId::current();
        let other = online_cpus().find(|&cpu| cpu != here).ok_or(ENXIO)?;
        let number = number_param("rcu", param(module_parameters::rcu.value()), 0, 15)?;

        if let Some((test, run)) = (number as usize).checked_sub(1).and_then(|n| TESTS.get(n)) {
            pr_info!("{test} leaks a guard of RCU\n");
            let result = run(Leak::new(Guard::Rcu)?, other, &task);
            pr_info!("the kernel goes on: {result:?}\n");
            return Ok(Self);
        }
        let guards = || GUARDS.iter().filter(|(_, guard)| !guard.is_rcu());
        let mut report = Report::new(guards().count());
        for (name, guard) in guards() {
            let all = TESTS.iter().try_for_each(|(test, run)| {
                let result = hit_a_thread(other, || run(Leak::new(*guard)?, other, &task));
                result.inspect_err(|_| pr_info!("ktap: # {test} failed\n"))
            });
            report.result(name, all);
        }
        pr_info!("leaks: {}\n", guards().count());
        Ok(Self)
    }
}
