// SPDX-License-Identifier: GPL-2.0

//! Each operation on a CPU that is on its way offline or back, at the points where CPU hotplug
//! calls others: while the CPU is online it runs there, afterwards it is refused. What is given up
//! is dropped once.
//!
//! Loading this registers with CPU hotplug; unloading reports. Somebody else takes the CPU `target`
//! off and on meanwhile.

use core::any::TypeId;
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
    cpumask::{
        Cpumask,
        CpumaskVar, //
    },
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

#[path = "offline_midway/irqs_off.rs"]
mod irqs_off;
#[path = "offline_midway/operations.rs"]
mod operations;
mod support;
use irqs_off::All;
use operations::OPERATIONS;
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
    Stopped,
    Dead,
    Coming,
    Starting,
    BackFromItself,
    BackFromAnother,
}

const POINTS: [&str; 8] = [
    "dying_from_itself",
    "dying_from_another",
    "stopped",
    "dead",
    "coming",
    "starting",
    "back_from_itself",
    "back_from_another",
];

/// What came of it: 0 if it was never tried, 1, or the negative errno.
static OUTCOMES: [Atomic<i32>; POINTS.len()] = [const { Atomic::new(0) }; POINTS.len()];

/// Modules have no state with interrupts off, nor one that comes after crosscall's when a CPU is
/// dead: these are of MIPS. If the kernel uses them, loading fails (`EBUSY`).
const BEFORE_IT_COMES: bindings::cpuhp_state = bindings::cpuhp_state_CPUHP_MIPS_SOC_PREPARE;
const WITH_IRQS_OFF: bindings::cpuhp_state = bindings::cpuhp_state_CPUHP_AP_MIPS_GIC_TIMER_STARTING;

static TARGET: Atomic<u32> = Atomic::new(u32::MAX);

/// What the CPU uses while its interrupts are off, and has used.
static BEFORE: Seat<All> = Seat::new();
static AFTER: Seat<All> = Seat::new();

/// Says what was wrong with an operation.
fn reported(point: &str, name: &str, result: Result) -> Result {
    result.inspect_err(|error| pr_info!("ktap: # {point}: {name}: {error:?}\n"))
}

/// Notes an outcome, unless an earlier one was wrong.
fn note(point: Point, outcome: Result) {
    let noted = &OUTCOMES[point as usize];
    if noted.load(Relaxed) >= 0 {
        noted.store(
            outcome.map_or_else(|error| error.to_errno(), |()| 1),
            Relaxed,
        );
    }
}

/// Makes each operation at a point of hotplug.
fn operate(point: Point, target: CpuId, online: bool) {
    let task = TaskContext::new();
    let mut outcome = Ok(());
    for (name, operation) in OPERATIONS {
        let result = operation(target, online, &task);
        outcome = outcome.and(reported(POINTS[point as usize], name, result));
    }
    note(point, outcome);
}

/// By the target, and by another CPU while the target waits for it.
fn operate_twice([itself, another]: [Point; 2], target: CpuId) {
    operate(itself, target, true);
    let helper = online_cpus().find(|&cpu| cpu != target);
    let thread = helper.map(|cpu| Thread::start(cpu, |_| operate(another, target, true)));
    if let Some(Err(error)) = thread {
        note(another, Err(error));
    }
}

/// Makes what the target is to use when its interrupts are off.
fn prepare(point: Point, target: CpuId) {
    match All::prepare(target) {
        Ok(all) => BEFORE.put(all),
        Err(error) => note(point, Err(error)),
    }
}

/// By the target, with its interrupts off.
fn operate_with_irqs_off() {
    if let (Some(mut all), Ok(())) = (BEFORE.take(), IrqsOff::try_with(|_| ())) {
        IrqsOff::with(|cx| all.make(cx));
        AFTER.put(all);
    }
}

/// What came of it.
fn look(point: Point, target: CpuId) {
    let outcome = AFTER.take().ok_or(ENODATA);
    let name = POINTS[point as usize];
    let task = TaskContext::new();
    note(
        point,
        outcome.and_then(|mut all| all.outcome(name, target, &task)),
    );
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
    at(cpu, |target| {
        operate(Point::Coming, target, false);
        prepare(Point::Starting, target);
    })
}

/// # Safety
///
/// The caller must be CPU hotplug, on the CPU, with interrupts off.
unsafe extern "C" fn starting(cpu: c_uint) -> c_int {
    at(cpu, |_| operate_with_irqs_off())
}

/// # Safety
///
/// The caller must be CPU hotplug, which may sleep.
unsafe extern "C" fn back(cpu: c_uint) -> c_int {
    at(cpu, |target| {
        // First: what the CPU gave up must be dropped without the help of what follows.
        look(Point::Starting, target);
        operate_twice([Point::BackFromItself, Point::BackFromAnother], target);
    })
}

/// # Safety
///
/// The caller must be CPU hotplug, which may sleep.
unsafe extern "C" fn dying(cpu: c_uint) -> c_int {
    at(cpu, |target| {
        operate_twice([Point::DyingFromItself, Point::DyingFromAnother], target);
        prepare(Point::Stopped, target);
    })
}

/// # Safety
///
/// The caller must be CPU hotplug, on the CPU, with interrupts off.
unsafe extern "C" fn stopped(cpu: c_uint) -> c_int {
    at(cpu, |_| operate_with_irqs_off())
}

/// # Safety
///
/// The caller must be CPU hotplug, which may sleep.
unsafe extern "C" fn dead(cpu: c_uint) -> c_int {
    at(cpu, |target| {
        // First: what the CPU gave up must be dropped without the help of what follows.
        look(Point::Stopped, target);
        operate(Point::Dead, target, false);
    })
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
        // Of a state that is not dynamic the number is not returned.
        let dynamic = (registered != 0).then_some(registered as bindings::cpuhp_state);
        Ok(Self(dynamic.unwrap_or(state)))
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        // SAFETY: The state is ours.
        unsafe { bindings::__cpuhp_remove_state(self.0, false) };
    }
}

struct Midway {
    _registered: [Registered; 3],
}

impl kernel::Module for Midway {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let target = cpu_param("target", param(module_parameters::target.value()))?;
        TARGET.store(target.as_u32(), Relaxed);
        Ok(Self {
            _registered: [
                Registered::new(BEFORE_IT_COMES, [coming, dead])?,
                Registered::new(WITH_IRQS_OFF, [starting, stopped])?,
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
