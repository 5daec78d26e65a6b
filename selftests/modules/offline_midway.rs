// SPDX-License-Identifier: GPL-2.0

//! Each operation on a CPU that is on its way offline or back, at the points where CPU hotplug
//! calls others: while the CPU is online it runs there, afterwards it is refused.
//!
//! Loading this registers with CPU hotplug; unloading reports. Somebody else takes the CPU `target`
//! off and on meanwhile.

use crosscall::{
    calls::{
        deferred::{
            Outcome,
            Policy,
            Work, //
        },
        many,
        quiesce::{
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
    cpumask::CpumaskVar,
    error::to_result,
    ffi::{
        c_int,
        c_uint, //
    },
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc, //
    },
};

mod support;
use support::*;

module! {
    type: Midway,
    name: "offline_midway",
    authors: ["crosscall developers"],
    description: "Calls a CPU that is on its way offline or back",
    license: "GPL v2",
    params: {
        target: i32 {
            default: 1,
            description: "The CPU",
        },
    },
}

/// Where an operation is made, and by which CPU.
#[derive(Clone, Copy)]
enum Point {
    DyingFromItself,
    DyingFromAnother,
    Dead,
    Coming,
    BackFromItself,
    BackFromAnother,
}

const POINTS: [&str; 6] = [
    "dying_from_itself",
    "dying_from_another",
    "dead",
    "coming",
    "back_from_itself",
    "back_from_another",
];

/// What came of it: 0 if it was never tried, 1, or the negative errno.
static OUTCOMES: [Atomic<i32>; POINTS.len()] = [const { Atomic::new(0) }; POINTS.len()];

static TARGET: Atomic<u32> = Atomic::new(u32::MAX);

/// Whether a call that is `accepted` is one to a CPU that is online, or refused as it must be.
fn is_right<T>(online: bool, attempt: Result<T>) -> Result<Option<T>> {
    match attempt {
        Ok(accepted) if online => Ok(Some(accepted)),
        Err(error) if !online && error == ENXIO => Ok(None),
        Ok(_) => Err(EEXIST),
        Err(error) => Err(error),
    }
}

fn csd_call(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let idle = csd::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?;
    let attempt = idle.call_on(target).map_err(Error::from);
    if let Some(call) = is_right(online, attempt)? {
        let (_, ran_on) = call.wait(task);
        check!(ran_on == target);
    }
    Ok(())
}

fn work<M: Mode>(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let ran = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    let its = ran.clone();
    let run = move |_: &irq_work::Context<M>| _ = its.fetch_add(1, Relaxed);
    let work = irq_work::new::<M, _>(run, GFP_KERNEL)?;
    let queued = is_right(online, work.queue_on(target, task))?;
    work.sync(task);
    check!(ran.load(Relaxed) == u32::from(queued == Some(true)));
    Ok(())
}

fn shared_call(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let attempts = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    let its = attempts.clone();
    let run = move |cx: &shared::Context<_>| _ = its.fetch_add(cx.attempts(), Relaxed);
    let call = shared::serial(run, GFP_KERNEL)?;
    let fired = is_right(online, call.fire(target, task))?;
    call.sync(task);
    check!(attempts.load(Relaxed) == u64::from(fired.is_some()));
    Ok(())
}

fn many_call(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let mut only = CpumaskVar::new_zero(GFP_KERNEL)?;
    only.set(target);
    let done = many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?
        .call(&only)?
        .wait(task);
    let result = done.get(target).ok_or(EIO)?;
    is_right(online, result.map(|&ran_on| check_cpu(ran_on, target)))?.unwrap_or(Ok(()))?;
    let done = done.into_idle().call_all_by_mask(task)?.wait(task);
    check!(done.get(target).is_some_and(|result| result.is_ok()) == online);
    Ok(())
}

fn check_cpu(ran_on: CpuId, target: CpuId) -> Result {
    check!(ran_on == target);
    Ok(())
}

fn deferred(target: CpuId, online: bool, task: &TaskContext) -> Result {
    let ran = Arc::new(Atomic::new(0), GFP_KERNEL)?;
    let its = ran.clone();
    let run = move |_: &IrqsOff| _ = its.fetch_add(1, Relaxed);
    let work = Work::new(run, Policy::Defer, GFP_KERNEL)?;
    let outcome = work.queue_on(target);
    work.flush_all(task);
    let accepted = matches!(outcome, Outcome::Sent | Outcome::Deferred);
    check!(accepted == online && (accepted || outcome == Outcome::Offline));
    check!(ran.load(Relaxed) == u32::from(accepted));
    Ok(())
}

/// A grace period, which must not wait for the CPU.
fn replace(_: CpuId, _: bool, task: &TaskContext) -> Result {
    let handler = Handler::new(Quiesced::new(1, GFP_KERNEL)?);
    let old = handler.replace(Quiesced::new(2, GFP_KERNEL)?, GracePeriod::Expedited, task);
    check!(*old == 1 && handler.read(|&now| now) == 2);
    Ok(())
}

type Operation = (&'static str, fn(CpuId, bool, &TaskContext) -> Result);

const OPERATIONS: [Operation; 8] = [
    ("csd", csd_call),
    ("irq_work_hard", work::<Hard>),
    ("irq_work_normal", work::<Normal>),
    ("irq_work_lazy", work::<Lazy>),
    ("shared", shared_call),
    ("many", many_call),
    ("deferred", deferred),
    ("quiesce", replace),
];

/// Makes each operation at a point of hotplug.
fn operate(point: Point, target: CpuId, online: bool) {
    let task = TaskContext::new();
    let mut outcome = Ok(());
    for (name, operation) in OPERATIONS {
        let result = operation(target, online, &task);
        if let Err(error) = result {
            let point = POINTS[point as usize];
            pr_info!("ktap: # {point}: {name}: {error:?}\n");
        }
        outcome = outcome.and(result);
    }
    let number = outcome.map_or_else(|error| error.to_errno(), |()| 1);
    OUTCOMES[point as usize].store(number, Relaxed);
}

/// By the target, and by another CPU while the target waits for it.
fn operate_twice([itself, another]: [Point; 2], target: CpuId) {
    operate(itself, target, true);
    let helper = online_cpus().find(|&cpu| cpu != target);
    let thread = helper.map(|cpu| Thread::start(cpu, |_| operate(another, target, true)));
    if let Some(Err(error)) = &thread {
        OUTCOMES[another as usize].store(error.to_errno(), Relaxed);
    }
}

/// What hotplug calls for the target.
fn at(cpu: c_uint, f: impl FnOnce(CpuId)) -> c_int {
    if let Some(target) = CpuId::from_u32(cpu).filter(|cpu| cpu.as_u32() == TARGET.load(Relaxed)) {
        f(target);
    }
    0
}

/// # Safety
///
/// The caller must be CPU hotplug, which may sleep.
unsafe extern "C" fn coming(cpu: c_uint) -> c_int {
    at(cpu, |target| operate(Point::Coming, target, false))
}

/// # Safety
///
/// The caller must be CPU hotplug, which may sleep.
unsafe extern "C" fn back(cpu: c_uint) -> c_int {
    at(cpu, |target| {
        operate_twice([Point::BackFromItself, Point::BackFromAnother], target)
    })
}

/// # Safety
///
/// The caller must be CPU hotplug, which may sleep.
unsafe extern "C" fn dying(cpu: c_uint) -> c_int {
    at(cpu, |target| {
        operate_twice([Point::DyingFromItself, Point::DyingFromAnother], target)
    })
}

/// # Safety
///
/// The caller must be CPU hotplug, which may sleep.
unsafe extern "C" fn dead(cpu: c_uint) -> c_int {
    at(cpu, |target| operate(Point::Dead, target, false))
}

type Call = unsafe extern "C" fn(c_uint) -> c_int;

/// Two callbacks of hotplug, for as long as this exists.
struct Registered(bindings::cpuhp_state);

impl Registered {
    fn new(state: bindings::cpuhp_state, [startup, teardown]: [Call; 2]) -> Result<Self> {
        // SAFETY: The name is static, and the callbacks stay until the drop.
        let registered = unsafe {
            bindings::__cpuhp_setup_state(
                state,
                c"crosscall/midway".as_char_ptr(),
                false,
                Some(startup),
                Some(teardown),
                false,
            )
        };
        to_result(registered)?;
        Ok(Self(registered as bindings::cpuhp_state))
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        // SAFETY: The state is ours.
        unsafe { bindings::__cpuhp_remove_state(self.0, false) };
    }
}

struct Midway {
    _registered: [Registered; 2],
}

impl kernel::Module for Midway {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let target = cpu_param("target", param(module_parameters::target.value()))?;
        TARGET.store(target.as_u32(), Relaxed);
        Ok(Self {
            _registered: [
                Registered::new(bindings::cpuhp_state_CPUHP_BP_PREPARE_DYN, [coming, dead])?,
                Registered::new(bindings::cpuhp_state_CPUHP_AP_ONLINE_DYN, [back, dying])?,
            ],
        })
    }
}

impl Drop for Midway {
    fn drop(&mut self) {
        let mut report = Report::new(POINTS.len());
        for (name, outcome) in POINTS.into_iter().zip(&OUTCOMES) {
            let result = match outcome.load(Relaxed) {
                0 => Err(ENODATA),
                1 => Ok(()),
                errno => Err(Error::from_errno(errno)),
            };
            report.result(name, result);
        }
    }
}
