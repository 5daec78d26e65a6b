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

mod support;
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
        spin_until(|| this.open.load(Relaxed));
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

fn runs_on_the_target(env: &Env) -> Result {
    let idle = csd::new(|cx: &IrqsOff| (cx.cpu(), irqs_disabled()), GFP_KERNEL)?;
    let (_, answer) = idle.call_on(env.other)?.wait(&env.task);
    check!(answer == (env.other, true));
    Ok(())
}

fn storage_is_used_again(env: &Env) -> Result {
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

fn own_cpu_runs_inline(env: &Env) -> Result {
    let ran = Arc::new(Atomic::<u32>::new(0), GFP_KERNEL)?;
    let count = ran.clone();
    let idle = csd::new(move |_: &IrqsOff| count.fetch_add(1, Relaxed), GFP_KERNEL)?;
    let in_flight = idle.call_on(env.here)?;
    check!(ran.load(Relaxed) == 1);
    check!(in_flight.try_wait().is_ok());
    check!(!irqs_disabled());
    Ok(())
}

fn box_is_exclusive(env: &Env) -> Result {
    let mut idle = Counter::new()?;
    *idle.as_mut().project().runs = 41;
    let (idle, runs) = idle.call_on(env.other)?.wait(&env.task);
    check!(runs == 42 && idle.runs == 42);
    check!(idle.into_inner().runs == 42);
    Ok(())
}

fn arc_is_shared_while_in_flight(env: &Env) -> Result {
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

fn scoped_call_borrows(env: &Env) -> Result {
    let mut seen = None;
    let answer = csd::call(&env.task, env.other, |cx| {
        seen = Some(cx.cpu());
        7
    })?;
    check!(answer == 7 && seen == Some(env.other));
    Ok(())
}

/// The closure runs once, and may give away what it owns.
fn called_once(env: &Env) -> Result {
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

/// A call whose type has a name.
struct Device {
    read: Option<csd::IdleCallback<KVec<u32>, u32>>,
}

fn closure_of_any_type_takes_an_argument(env: &Env) -> Result {
    let sum = Callback::new(
        KVec::new(),
        |_, numbers: &mut KVec<u32>| numbers.iter().sum(),
        GFP_KERNEL,
    )?;
    let mut last = 0;
    let sum_of_all = Callback::new(
        KVec::new(),
        move |_, numbers: &mut KVec<u32>| {
            last += numbers.iter().sum::<u32>();
            numbers.clear();
            last
        },
        GFP_KERNEL,
    )?;
    let mut devices = [
        Device { read: Some(sum) },
        Device {
            read: Some(sum_of_all),
        },
    ];
    for (device, results) in devices.iter_mut().zip([[3, 3, 7], [3, 3, 10]]) {
        let mut numbers = KVec::with_capacity(3, GFP_KERNEL)?;
        numbers.extend_with(3, 1, GFP_KERNEL)?;
        let idle = device.read.take().ok_or(EIO)?;
        let (idle, one) = idle.call_on_with(env.other, numbers)?.wait(&env.task);
        // As the callback left it.
        let (idle, two) = idle.call_on(env.here)?.wait(&env.task);
        let mut numbers = KVec::new();
        numbers.push(7, GFP_KERNEL)?;
        let refused = match idle.call_on_with(env.offline, numbers) {
            Ok(_) => return Err(EIO),
            Err(refused) => refused,
        };
        check!(refused.error == ENXIO);
        let mut idle = refused.token;
        check!(idle.argument().len() == 1);
        let (idle, three) = idle.call_on(env.other)?.wait(&env.task);
        check!([one, two, three] == results);
        device.read = Some(idle);
    }
    Ok(())
}

fn argument_is_dropped_by_the_waiter(env: &Env) -> Result {
    let drops = Drops::new()?;
    let argument = || Some(Dropped(drops.clone()));
    let payload = Dropped(drops.clone());
    let call = Callback::new(
        argument(),
        move |_, argument: &mut Option<Dropped>| {
            let _ = &payload;
            // It may go home with the result.
            argument.take()
        },
        GFP_KERNEL,
    )?;
    let (call, first) = call.call_on(env.other)?.wait(&env.task);
    check!(first.is_some() && drops.counts() == (0, 0));
    drop(first);
    let in_flight = call.call_on_with(env.other, argument())?;
    drop(in_flight);
    // Closure and result.
    check!(reaped(&drops, 3));

    let call = Callback::new(argument(), |_, _: &mut Option<Dropped>| (), GFP_KERNEL)?;
    let (call, ()) = call.call_on(env.other)?.wait(&env.task);
    check!(drops.counts() == (3, 0));
    let (call, ()) = call.call_on_with(env.other, argument())?.wait(&env.task);
    check!(drops.counts() == (4, 0));
    drop(call.call_on_with(env.other, argument())?);
    check!(reaped(&drops, 6));
    Ok(())
}

fn scope_waits_for_all(env: &Env) -> Result {
    let sum = Atomic::<u32>::new(0);
    let mut slots = KVec::new();
    for cpu in online_cpus() {
        let slot = Slot::new(|cx: &IrqsOff| {
            spin_ms(1);
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

fn slot_is_used_again(env: &Env) -> Result {
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

fn dropped_token_is_reaped(env: &Env) -> Result {
    let drops = Drops::new()?;
    let (holder, gate) = hold(env.other)?;
    let (payload, result) = (Dropped(drops.clone()), drops.clone());
    let idle = csd::new(
        move |_: &IrqsOff| {
            let _ = &payload;
            Dropped(result.clone())
        },
        GFP_KERNEL,
    )?;
    drop(idle.call_on(env.other)?);
    check!(drops.counts() == (0, 0));
    gate.open.store(true, Relaxed);
    drop(holder.wait(&env.task));
    // The payload and the result.
    check!(reaped(&drops, 2));
    Ok(())
}

fn token_dropped_after_the_run(env: &Env) -> Result {
    let drops = Drops::new()?;
    let payload = Dropped(drops.clone());
    let idle = csd::new(move |_: &IrqsOff| drop(payload.0.clone()), GFP_KERNEL)?;
    drop(idle.call_on(env.here)?);
    check!(reaped(&drops, 1));

    // The same in a callback, where nothing may be dropped.
    let payload = Dropped(drops.clone());
    let idle = csd::new(move |_: &IrqsOff| drop(payload.0.clone()), GFP_KERNEL)?;
    let mut in_flight = Some(idle.call_on(env.here)?);
    csd::call(&env.task, env.other, |_| drop(in_flight.take()))?;
    check!(reaped(&drops, 2));
    Ok(())
}

fn shared_object_outlives_its_call(env: &Env) -> Result {
    patiently(|ms| shared_object_outlives_its_call_by(env, ms))
}

fn shared_object_outlives_its_call_by(env: &Env, ms: u32) -> Result {
    let (in_flight, gate) = hold(env.other)?;
    drop(in_flight);
    gate.open.store(true, Relaxed);
    // Time for the reaper to drop the token's reference; the other one keeps the object.
    sleep_ms(ms);
    let unique = Arc::into_unique_or_drop(gate).ok_or(EIO)?;
    // It can have another token, whose call works as any.
    let (_, ran_on) = Idle::from(unique).call_on(env.other)?.wait(&env.task);
    check!(ran_on == env.other);
    Ok(())
}

fn csd_without_owner_is_not_registered(env: &Env) -> Result {
    use pin_init::Wrapper;

    // Nobody drops what is in a `MaybeUninit`: its memory just goes.
    for _ in 0..100 {
        let csd = MaybeUninit::pin_init(Csd::<Counter>::new());
        drop(KBox::pin_init(csd, GFP_KERNEL)?);
    }
    drop(Counter::new()?.call_on(env.other)?.wait(&env.task));
    Ok(())
}

fn waiter_drops_state_and_result(env: &Env) -> Result {
    let drops = Drops::new()?;
    let (payload, result) = (Dropped(drops.clone()), drops.clone());
    let idle = csd::new(
        move |_: &IrqsOff| {
            let _ = &payload;
            Dropped(result.clone())
        },
        GFP_KERNEL,
    )?;
    let (idle, result) = idle.call_on(env.other)?.wait(&env.task);
    check!(drops.counts() == (0, 0));
    drop(result);
    check!(drops.counts() == (1, 0));
    drop(idle);
    check!(drops.counts() == (2, 0));
    Ok(())
}

fn callback_calls_back(env: &Env) -> Result {
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

fn another_thread_waits(env: &Env) -> Result {
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

fn allocation_failure_is_an_error(_env: &Env) -> Result {
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
