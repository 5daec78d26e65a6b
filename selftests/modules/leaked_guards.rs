// SPDX-License-Identifier: GPL-2.0

//! Callbacks of each kind that leak a guard of each kind. What was interrupted must go on as if
//! nothing had happened, and the log must name the callback. But an RCU read-side section stays
//! open, where there are references that rely on it, and keeps grace periods from ending.

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
    bindings,
    cpu::CpuId,
    ffi::c_ulong,
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

/// How many RCU read-side sections were left open, and ended here.
static LEFT_OPEN: Atomic<i32> = Atomic::new(0);

/// Ends those of this task. Whether it may sleep then.
fn is_restored() -> bool {
    #[cfg(CONFIG_PREEMPT_RCU)]
    // SAFETY: The task is this one. Of its sections each was left open by a guard that was leaked.
    unsafe {
        let depth = (*bindings::get_current()).rcu_read_lock_nesting;
        for _ in 0..depth {
            bindings::rcu_read_unlock();
        }
        LEFT_OPEN.fetch_add(depth, Relaxed);
    }
    may_sleep()
}

/// The tasks that may be hit: the caller, and the thread. (As addresses.)
static TASKS: [Atomic<usize>; 2] = [const { Atomic::new(0) }; 2];

/// Another one was hit, which would be in the section for good: nothing was leaked.
static MISSED: Atomic<bool> = Atomic::<bool>::new(false);

fn this_task() -> usize {
    // SAFETY: Always safe to call.
    unsafe { bindings::get_current() as usize }
}

/// Leaks a guard when it is asked to. Locks that are leaked stay there.
#[derive(Clone)]
struct Leak {
    guard: Guard,
    lock: Arc<SpinLock<()>>,
    #[cfg(crosscall_has_interrupt)]
    irq_lock: Arc<kernel::sync::SpinLockIrq<()>>,
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
        let may_be_hit = TASKS.iter().any(|task| task.load(Relaxed) == this_task());
        if self.guard.is_rcu() && !may_be_hit {
            MISSED.store(true, Relaxed);
            return;
        }
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
    check!(is_restored());
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
    check!(is_restored());
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
    check!(is_restored());
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

/// Of those whose callback runs in a thread of the kernel, which would be in the section for good.
const IN_THREADS: &[&str] = if cfg!(CONFIG_PREEMPT_RT) {
    &[
        "csd_payload",
        "irq_work_payload",
        "irq_work_normal",
        "irq_work_lazy",
        "irq_work_exclusive",
    ]
} else {
    &["csd_payload", "irq_work_payload"]
};

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
/// thread must be able to sleep afterwards, and the caller too, but for a section that was left
/// open in one of them, if the guard is one of RCU. Tries again if another task was hit.
fn hit_a_thread(cpu: CpuId, is_rcu: bool, mut test: impl FnMut() -> Result) -> Result {
    for _ in 0..20 {
        MISSED.store(false, Relaxed);
        let result = hit_once(cpu, is_rcu, &mut test);
        if !MISSED.load(Relaxed) {
            return result;
        }
    }
    Err(EAGAIN)
}

fn hit_once(cpu: CpuId, is_rcu: bool, test: impl FnOnce() -> Result) -> Result {
    let busy = Atomic::<bool>::new(false);
    let over = Atomic::<bool>::new(false);
    let hurt = Atomic::<bool>::new(false);
    let victim = |_| {
        TASKS[1].store(this_task(), Relaxed);
        busy.store(true, Relaxed);
        (0..10).any(|_| spin_until(|| over.load(Relaxed)));
        hurt.store(!is_restored(), Relaxed);
    };

    LEFT_OPEN.store(0, Relaxed);
    TASKS[0].store(this_task(), Relaxed);
    let thread = Thread::start(cpu, victim)?;
    let result = sleep_until(|| busy.load(Relaxed)).and_then(|()| test());
    let is_hurt = !is_restored();
    over.store(true, Relaxed);
    // Waits for it.
    drop(thread);
    check!(!is_hurt && !hurt.load(Relaxed));
    if !MISSED.load(Relaxed) {
        check!(LEFT_OPEN.load(Relaxed) == i32::from(is_rcu));
    }
    result
}

/// A grace period that begins when this is made.
struct Begun(c_ulong);

impl Begun {
    fn now() -> Self {
        // SAFETY: Always safe to call.
        Self(unsafe { bindings::start_poll_synchronize_rcu() })
    }

    fn is_over(&self) -> bool {
        // SAFETY: Always safe to call.
        unsafe { bindings::poll_state_synchronize_rcu(self.0) }
    }
}

/// What a reference from a leaked guard refers to is not freed meanwhile.
fn grace_periods_wait(cpu: CpuId, task: &TaskContext) -> Result {
    let leak = Leak::new(Guard::Rcu)?;
    let is_rcu = Guard::Rcu.is_rcu();
    let mut begun = Begun::now();
    hit_a_thread(cpu, is_rcu, || {
        let start = now_ms();
        begun = Begun::now();
        sleep_until(|| begun.is_over())?;
        let usual = now_ms() - start;
        csd(leak.clone(), cpu, task)?;
        begun = Begun::now();
        sleep_ms(200 + 4 * usual as u32);
        check!(MISSED.load(Relaxed) || begun.is_over() != is_rcu);
        Ok(())
    })?;
    sleep_until(|| begun.is_over())
}

struct LeakedGuards;

impl kernel::Module for LeakedGuards {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let task = TaskContext::new();
        let here = CpuId::current();
        let other = online_cpus().find(|&cpu| cpu != here).ok_or(ENXIO)?;
        let mut report = Report::new(GUARDS.len() + 1);

        for (name, guard) in GUARDS {
            let is_rcu = guard.is_rcu();
            let all = TESTS.iter().try_for_each(|(test, run)| {
                if is_rcu && IN_THREADS.contains(test) {
                    return Ok(());
                }
                let result = hit_a_thread(other, is_rcu, || run(Leak::new(*guard)?, other, &task));
                pr_info!("leaks: {test}\n");
                result.inspect_err(|_| pr_info!("ktap: # {test} failed\n"))
            });
            report.result(name, all);
        }
        pr_info!("leaks: csd\n");
        report.result("grace_periods_wait", grace_periods_wait(other, &task));
        Ok(Self)
    }
}
