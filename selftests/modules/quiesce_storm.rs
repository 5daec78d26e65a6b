// SPDX-License-Identifier: GPL-2.0

//! Replaces a handler that all CPUs call in hard interrupts all the time: through RCU, and through
//! `stop_machine()`. Accounts for each handler, and measures what the other CPUs notice.

use crosscall::{
    calls::quiesce::{
        Callback,
        GracePeriod,
        Handler,
        Quiesced,
        Quiescing, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
    irq_work::{
        self,
        Hard, //
    },
};
use kernel::{
    bindings,
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*,
    sync::{
        atomic::{
            ordering::{
                Acquire,
                Full,
                Relaxed, //
            },
            Atomic, //
        },
        Arc, //
    },
};

#[macro_use]
mod support;
use support::*;

module! {
    type: Storm,
    name: "quiesce_storm",
    authors: ["crosscall developers"],
    description: "Replaces handlers through RCU and stop_machine()",
    license: "GPL v2",
    params: {
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this; -1: any",
        },
        swaps: u32 {
            default: 5,
            description: "How often each way is taken (1 to 1000)",
        },
        cpus: u32 {
            default: u32::MAX,
            description: "How many CPUs call the handler at most (1 or more)",
        },
        window_ms: u32 {
            default: 20,
            description: "Milliseconds that the CPUs are watched after that (1 to 60000)",
        },
    },
}

/// How long a handler runs.
const HANDLER_NS: u64 = 20_000;

/// What has become of the calls of a handler.
struct Ledger {
    entered: Atomic<u64>,
    left: Atomic<u64>,
    /// No call is to begin or to end.
    retired: Atomic<bool>,
    late: Atomic<u64>,
}

impl Ledger {
    fn new() -> Result<Arc<Self>> {
        Ok(Arc::new(
            Self {
                entered: Atomic::new(0),
                left: Atomic::new(0),
                retired: Atomic::<bool>::new(true),
                late: Atomic::new(0),
            },
            GFP_KERNEL,
        )?)
    }

    fn enter(&self) {
        self.entered.fetch_add(1, Full);
        self.check();
    }

    fn leave(&self) {
        self.check();
        self.left.fetch_add(1, Full);
    }

    fn check(&self) {
        if self.retired.load(Relaxed) {
            self.late.fetch_add(1, Relaxed);
        }
    }

    /// Nobody runs the handler any more, the replacer says: whether that is so.
    fn retire(&self) -> bool {
        self.retired.xchg(true, Full);
        self.is_settled()
    }

    fn is_settled(&self) -> bool {
        let left = self.left.load(Relaxed);
        self.entered.load(Relaxed) == left && self.late.load(Relaxed) == 0
    }
}

/// A handler with its ledger.
struct Player {
    handler: Quiesced<Callback<()>>,
    ledger: Arc<Ledger>,
}

impl Player {
    fn working() -> Result<Self> {
        let ledger = Ledger::new()?;
        let its = ledger.clone();
        let handler = Callback::new(
            move |_cx, (): &()| {
                its.enter();
                spin_ns(HANDLER_NS);
                its.leave();
            },
            GFP_KERNEL,
        )?;
        Ok(Self { handler, ledger })
    }

    fn nop() -> Result<Self> {
        let ledger = Ledger::new()?;
        let its = ledger.clone();
        let handler = Callback::new(
            move |_cx, (): &()| {
                its.enter();
                its.leave();
            },
            GFP_KERNEL,
        )?;
        Ok(Self { handler, ledger })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// Nothing is replaced: what the machine does anyway.
    None,
    Rcu(GracePeriod),
    StopMachine,
}

impl Way {
    const ALL: [Self; 4] = [
        Self::None,
        Self::Rcu(GracePeriod::Normal),
        Self::Rcu(GracePeriod::Expedited),
        Self::StopMachine,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::None => "no_replacement",
            Self::Rcu(GracePeriod::Normal) => "grace_period",
            Self::Rcu(GracePeriod::Expedited) => "expedited",
            Self::StopMachine => "stop_machine",
        }
    }
}

extern "C" {
    fn stop_machine(
        f: unsafe extern "C" fn(*mut c_void) -> c_int,
        data: *mut c_void,
        cpus: *const bindings::cpumask,
    ) -> c_int;
}

/// Replaces a handler while no other CPU does anything. RCU is not asked.
fn replace_stopped<T: Send + Sync + 'static>(
    slot: &Handler<T>,
    new: Quiesced<T>,
) -> Option<Quiescing<T>> {
    struct Replacement<'a, T: Send + Sync + 'static> {
        slot: &'a Handler<T>,
        new: Option<Quiesced<T>>,
        old: Option<Quiescing<T>>,
    }

    /// # Safety
    ///
    /// The caller must ensure that `data` points to a `Replacement<T>` that no other code uses.
    unsafe extern "C" fn swap<T: Send + Sync + 'static>(data: *mut c_void) -> c_int {
        // SAFETY: The caller promises that `data` points to a `Replacement<T>` that no other code
        // uses.
        let this = unsafe { &mut *data.cast::<Replacement<'_, T>>() };
        // `stop_machine()` has turned interrupts off.
        let replaced = IrqsOff::try_with(|cx| {
            this.old = this.new.take().map(|new| this.slot.replace_async(new, cx));
        });
        replaced.map_or_else(|error| error.to_errno(), |()| 0)
    }

    let mut this = Replacement {
        slot,
        new: Some(new),
        old: None,
    };
    // SAFETY: `swap` gets what it asks for, once.
    unsafe { stop_machine(swap::<T>, (&raw mut this).cast(), core::ptr::null()) };
    this.old
}

/// The last ones: the first CPU replaces the handler.
fn loaded_cpus() -> impl Iterator<Item = CpuId> {
    let cpus = online_cpus().count();
    let loaded = cpus.min(param::<u32>(module_parameters::cpus.value()) as usize);
    online_cpus().skip(cpus - loaded)
}

/// The machine under load.
struct Load {
    slot: Handler<Callback<()>>,
    stop: Atomic<bool>,
    /// The longest time in which a CPU did not get on, in this window.
    gaps: KVec<Atomic<u64>>,
}

impl Load {
    fn new(handler: Quiesced<Callback<()>>) -> Result<Arc<Self>> {
        let mut gaps = KVec::new();
        for _ in 0..nr_cpu_ids() {
            gaps.push(Atomic::new(0), GFP_KERNEL)?;
        }
        Ok(Arc::new(
            Self {
                slot: Handler::new(handler),
                stop: Atomic::<bool>::new(false),
                gaps,
            },
            GFP_KERNEL,
        )?)
    }

    /// Raises interrupts on this CPU that call the handler, until it is stopped.
    fn storm(this: &Arc<Self>, cpu: CpuId) -> Result {
        let work = irq_work::new::<Hard, _>(
            {
                let this = this.clone();
                move |cx| this.slot.call(cx, &())
            },
            GFP_KERNEL,
        )?;
        let gap = &this.gaps[cpu.as_u32() as usize];
        let mut last = now_ns();
        while !this.stop.load(Relaxed) {
            work.queue()?;
            let now = now_ns();
            let since = now.saturating_sub(last);
            if since > gap.load(Relaxed) {
                gap.store(since, Relaxed);
            }
            last = now;
        }
        Ok(())
    }
}

/// What was measured of one way.
struct Measured {
    latency_us: KVec<u64>,
    gap_us: KVec<u64>,
}

impl Measured {
    /// Returns how long a CPU stood still.
    fn report(&self, way: Way) -> u64 {
        for (what, us) in [
            ("latency", &self.latency_us),
            ("a CPU stood still", &self.gap_us),
        ] {
            pr_info!(
                "ktap: # {}: {}: least {}, median {}, worst {} us\n",
                way.name(),
                what,
                us.iter().min().unwrap_or(&0),
                median(us),
                us.iter().max().unwrap_or(&0),
            );
        }
        median(&self.gap_us)
    }
}

/// The value that has as many below it as above. Sorts nothing: there are few.
fn median(values: &[u64]) -> u64 {
    let below = |value| values.iter().filter(|&&other| other < value).count();
    let half = values.len() / 2;
    let candidates = values.iter().filter(|&&value| below(value) <= half);
    candidates.max().copied().unwrap_or(0)
}

/// Two handlers, of which one is in the slot.
struct Stage {
    load: Arc<Load>,
    playing: Arc<Ledger>,
    spare: Option<Player>,
}

impl Stage {
    fn new() -> Result<Self> {
        let (first, second) = (Player::working()?, Player::nop()?);
        first.ledger.retired.store(false, Relaxed);
        Ok(Self {
            load: Load::new(first.handler)?,
            playing: first.ledger,
            spare: Some(second),
        })
    }

    /// Replaces the handler once, and watches the CPUs.
    fn round(&mut self, way: Way, out: &mut Measured) -> Result {
        for gap in &self.load.gaps {
            gap.store(0, Relaxed);
        }
        let replaced = match way {
            Way::None => None,
            _ => Some(self.replace(way, out)?),
        };
        sleep_ms(param(module_parameters::window_ms.value()));
        for cpu in loaded_cpus() {
            let gap = self.load.gaps[cpu.as_u32() as usize].load(Relaxed);
            out.gap_us.push(gap / 1000, GFP_KERNEL)?;
        }
        let Some((old, ledger)) = replaced else {
            return Ok(());
        };
        // All that time nobody has run it.
        check!(ledger.is_settled());
        let handler = match old {
            Ok(quiesced) => quiesced,
            Err(quiescing) => quiescing.wait(GracePeriod::Expedited, &TaskContext::new()),
        };
        self.spare = Some(Player { handler, ledger });
        Ok(())
    }

    /// Lets the spare handler play. Nobody runs the other one any more.
    fn replace(&mut self, way: Way, out: &mut Measured) -> Result<(Old, Arc<Ledger>)> {
        let task = TaskContext::new();
        let new = self.spare.take().ok_or(EIO)?;
        new.ledger.retired.xchg(false, Full);

        let begun = now_ns();
        let old = match way {
            Way::Rcu(how) => Ok(self.load.slot.replace(new.handler, how, &task)),
            _ => Err(replace_stopped(&self.load.slot, new.handler).ok_or(EIO)?),
        };
        let latency_us = now_ns().saturating_sub(begun) / 1000;

        let ledger = core::mem::replace(&mut self.playing, new.ledger);
        check!(ledger.retire());
        out.latency_us.push(latency_us, GFP_KERNEL)?;
        Ok((old, ledger))
    }
}

/// What was replaced: RCU says that nobody runs it, or only `stop_machine()` does.
type Old = Result<Quiesced<Callback<()>>, Quiescing<Callback<()>>>;

fn rounds(stage: &mut Stage, way: Way, median_gap_us: &mut u64) -> Result {
    let mut out = Measured {
        latency_us: KVec::new(),
        gap_us: KVec::new(),
    };
    for _ in 0..param::<u32>(module_parameters::swaps.value()) {
        stage.round(way, &mut out)?;
    }
    *median_gap_us = out.report(way);
    Ok(())
}

/// Both handlers were called, or it was no storm.
fn calls(stage: &Stage) -> Result {
    let spare = stage.spare.as_ref().ok_or(EIO)?;
    let (playing, spare) = (&stage.playing, &spare.ledger);
    check!(playing.entered.load(Relaxed) > 100 && spare.entered.load(Relaxed) > 100);
    check!(spare.is_settled());
    Ok(())
}

/// A reader in a thread: `stop_machine()` preempts it, and is done. The grace period is not. Tried
/// until that was so; where readers cannot be preempted `stop_machine()` waits for them.
fn thread_that_is_preempted(other: CpuId) -> Result {
    for _ in 0..5 {
        if was_preempted(other)? || !cfg!(CONFIG_PREEMPT_RCU) {
            return Ok(());
        }
    }
    Err(EAGAIN)
}

/// Whether the reader was still inside.
fn was_preempted(other: CpuId) -> Result<bool> {
    const AT_MOST_MS: u64 = if cfg!(CONFIG_PREEMPT_RCU) {
        10_000
    } else {
        1000
    };

    let slot = Handler::new(Quiesced::<u32>::new(1, GFP_KERNEL)?);
    let new = Quiesced::<u32>::new(2, GFP_KERNEL)?;
    let (inside, go) = (Atomic::<u32>::new(0), Atomic::<u32>::new(0));
    let thread = Thread::start(other, |_| {
        slot.read(|&handler| {
            inside.store(handler, Relaxed);
            let since = now_ms();
            while go.load(Relaxed) == 0 && now_ms().saturating_sub(since) < AT_MOST_MS {
                core::hint::spin_loop();
            }
            inside.store(0, Relaxed);
        });
    })?;
    sleep_until(|| inside.load(Relaxed) != 0)?;
    let old = replace_stopped(&slot, new).ok_or(EIO)?.try_wait();
    let was_inside = inside.load(Acquire) == 1;
    go.store(1, Relaxed);
    pr_info!("ktap: # stop_machine() returned with a reader inside: {was_inside}\n");
    check!(!was_inside || old.is_err());
    let old = old.unwrap_or_else(|old| old.wait(GracePeriod::Normal, &TaskContext::new()));
    check!(*old == 1 && inside.load(Relaxed) == 0);
    drop(thread);
    Ok(was_inside)
}

struct Storm;

impl kernel::Module for Storm {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let cpus = Cpus::new([("other", param(module_parameters::other.value()))])?;
        let [other] = cpus.others;
        number_param("swaps", param(module_parameters::swaps.value()), 1, 1000)?;
        number_param("cpus", param(module_parameters::cpus.value()), 1, u32::MAX)?;
        let window_ms = param(module_parameters::window_ms.value());
        number_param("window_ms", window_ms, 1, 60_000)?;
        let mut report = Report::new(Way::ALL.len() + 2);
        let mut stage = Stage::new()?;
        let load = stage.load.clone();
        let failed = Atomic::<u32>::new(0);
        let storm = |cpu| {
            if Load::storm(&load, cpu).is_err() {
                failed.fetch_add(1, Relaxed);
            }
        };

        let mut threads = KVec::new();
        for cpu in loaded_cpus() {
            threads.push(Thread::start(cpu, &storm)?, GFP_KERNEL)?;
        }
        let mut gaps_us = [0; Way::ALL.len()];
        for (way, gap_us) in Way::ALL.into_iter().zip(&mut gaps_us) {
            report.result(way.name(), rounds(&mut stage, way, gap_us));
        }
        let [_, normal, expedited, stopped] = gaps_us;
        // (objtool does not know that a division by zero ends here.)
        let percent_of = |us: u64| (100 * stopped).checked_div(us).unwrap_or(0);
        pr_info!(
            "ktap: # a CPU stood still with stop_machine: {} % of grace_period, {} % of expedited\n",
            percent_of(normal),
            percent_of(expedited),
        );
        load.stop.store(true, Relaxed);
        drop(threads);
        report.result("both_were_called", calls(&stage));
        report.result("preempted_reader", thread_that_is_preempted(other));
        if failed.load(Relaxed) != 0 {
            return Err(EIO);
        }
        Ok(Self)
    }
}
