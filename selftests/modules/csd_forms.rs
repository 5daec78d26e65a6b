// SPDX-License-Identifier: GPL-2.0

//! Each form of a csd call, and what each operation promises.
//!
//! Needs two CPUs that are online, and one that is not.

use core::{
    mem::MaybeUninit,
    pin::Pin, //
};
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    csd::{
        self,
        Callback,
        Csd,
        CsdCallback,
        Idle,
        InFlight,
        Slot, //
    },
    impl_has_csd,
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        new_mutex,
        Arc,
        ArcBorrow,
        Mutex,
        UniqueArc, //
    },
};

#[path = "csd_forms/dropping.rs"]
mod dropping;
#[path = "csd_forms/erased.rs"]
mod erased;
#[path = "csd_forms/forms.rs"]
mod forms;
mod support;
use dropping::*;
use erased::*;
use forms::*;
use support::*;

module! {
    type: Forms,
    name: "csd_forms",
    authors: ["crosscall developers"],
    description: "Test of each form of a csd call",
    license: "GPL v2",
    params: {
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this; -1: any",
        },
        offline: i32 {
            default: -1,
            description: "A CPU that is offline; -1: any",
        },
    },
}

/// What each test gets.
struct Env {
    task: TaskContext,
    here: CpuId,
    other: CpuId,
    offline: CpuId,
}

type Boxed<T> = Pin<KBox<T>>;

/// The embedded form, unique.
#[pin_data]
struct Counter {
    #[pin]
    csd: Csd<Self>,
    runs: u32,
}

impl_has_csd! {
    impl HasCsd for Counter { self.csd }
}

impl CsdCallback for Counter {
    type Pointer = Boxed<Self>;
    type Output = u32;

    fn run(this: Pin<&mut Self>, _cx: &IrqsOff) -> u32 {
        let runs = this.project().runs;
        *runs += 1;
        *runs
    }
}

impl Counter {
    fn new() -> Result<Idle<Boxed<Self>>> {
        Ok(KBox::pin_init(pin_init!(Self { csd <- Csd::new(), runs: 0 }), GFP_KERNEL)?.into())
    }
}

/// The embedded form, shared.
#[pin_data]
struct Gate {
    #[pin]
    csd: Csd<Self>,
    open: Atomic<bool>,
}

impl_has_csd! {
    impl HasCsd for Gate { self.csd }
}

impl CsdCallback for Gate {
    type Pointer = Arc<Self>;
    type Output = CpuId;

    fn run(this: ArcBorrow<'_, Self>, cx: &IrqsOff) -> CpuId {
        hold_until(|| this.open.load(Relaxed));
        cx.cpu()
    }
}

impl Gate {
    fn new() -> Result<Idle<Arc<Self>>> {
        let gate = UniqueArc::pin_init(
            pin_init!(Self { csd <- Csd::new(), open: Atomic::new(false) }),
            GFP_KERNEL,
        )?;
        Ok(gate.into())
    }
}

/// Keeps `cpu` busy with interrupts off until the gate opens.
fn hold(cpu: CpuId) -> Result<(InFlight<Arc<Gate>>, Arc<Gate>)> {
    let idle = Gate::new()?;
    let gate = idle.shared();
    let in_flight = idle.call_on(cpu)?;
    started("what holds the CPU", || in_flight.stall().started)?;
    Ok((in_flight, gate))
}

fn offline_gives_everything_back(env: &Env) -> Result {
    let mut idle = Counter::new()?;
    *idle.as_mut().project().runs = 5;
    let refused = match idle.call_on(env.offline) {
        Ok(_) => return Err(EIO),
        Err(refused) => refused,
    };
    check!(refused.error == ENXIO);
    check!(refused.token.runs == 5);
    let (idle, runs) = refused.token.call_on(env.other)?.wait(&env.task);
    check!(runs == 6);
    drop(idle);

    let mut called = false;
    let refused = match csd::call(&env.task, env.offline, |_| called = true) {
        Ok(()) => return Err(EIO),
        Err(refused) => refused,
    };
    check!(refused.error == ENXIO);
    csd::call(&env.task, env.other, refused.token)?;
    check!(called);
    Ok(())
}

fn timeout_describes_the_stall(env: &Env) -> Result {
    let (holder, gate) = hold(env.other)?;
    let queued = Counter::new()?.call_on(env.other)?;

    let timed_out = match queued.wait_timeout(&env.task, 5) {
        Ok(_) => return Err(EIO),
        Err(timed_out) => timed_out,
    };
    let stall = timed_out.stall;
    pr_info!("ktap: # {stall}\n");
    check!(stall.cpu == env.other.as_u32() && !stall.started && stall.age_ms > 0);
    check!(stall.function().ends_with("Counter"));

    let timed_out_holder = match holder.wait_timeout(&env.task, 1) {
        Ok(_) => return Err(EIO),
        Err(timed_out) => timed_out,
    };
    let stall = timed_out_holder.stall;
    pr_info!("ktap: # {stall}\n");
    check!(stall.started && stall.function().ends_with("Gate"));

    gate.open.store(true, Relaxed);
    // Both tokens still work.
    check!(timed_out_holder
        .in_flight
        .wait_timeout(&env.task, 5000)
        .is_ok());
    let (_, runs) = timed_out.in_flight.wait(&env.task);
    check!(runs == 1);
    Ok(())
}

tests! {
    (&Env)
    runs_on_the_target,
    storage_is_used_again,
    own_cpu_runs_inline,
    box_is_exclusive,
    arc_is_shared_while_in_flight,
    scoped_call_borrows,
    called_once,
    closure_of_any_type_takes_an_argument,
    argument_is_dropped_by_the_waiter,
    scope_waits_for_all,
    slot_is_used_again,
    slot_drops_each_result,
    offline_gives_everything_back,
    timeout_describes_the_stall,
    dropped_token_is_reaped,
    token_dropped_after_the_run,
    shared_object_outlives_its_call,
    csd_without_owner_is_not_registered,
    waiter_drops_state_and_result,
    callback_calls_back,
    another_thread_waits,
    allocation_failure_is_an_error,
}

struct Forms;

impl kernel::Module for Forms {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let cpus = Cpus::new([("other", param(module_parameters::other.value()))])?;
        let offline = offline_cpu_param("offline", param(module_parameters::offline.value()))?;
        let env = Env {
            task: TaskContext::new(),
            here: cpus.here,
            other: cpus.others[0],
            offline,
        };

        let mut report = Report::new(TESTS.len());
        for (name, test) in TESTS {
            report.result(name, test(&env));
        }
        Ok(Self)
    }
}
