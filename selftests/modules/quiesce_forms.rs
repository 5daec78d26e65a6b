// SPDX-License-Identifier: GPL-2.0

//! What handlers, their tokens, and `flush()` promise.

use core::mem::forget;
use crosscall::{
    calls::quiesce::{
        flush_all,
        flush_cpu,
        Callback,
        GracePeriod,
        Handler,
        Quiesced, //
    },
    context::{
        IrqsOff,
        NotInNmi,
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
    new_spinlock,
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
        Arc,
        SpinLock, //
    },
};

mod in_context;
#[macro_use]
mod support;
#[path = "quiesce_forms/flushing.rs"]
mod flushing;
#[path = "quiesce_forms/replacing.rs"]
mod replacing;
#[path = "quiesce_forms/tokens.rs"]
mod tokens;
use flushing::*;
use in_context::*;
use replacing::*;
use support::*;
use tokens::*;

module! {
    type: Forms,
    name: "quiesce_forms",
    authors: ["crosscall developers"],
    description: "Tests what handlers and flush() promise",
    license: "GPL v2",
    params: {
        other: i32 {
            default: -1,
            description: "A CPU that is online and not the one that loads this; -1: any",
        },
        third: i32 {
            default: -1,
            description: "Another such CPU; -1: any",
        },
    },
}

/// How long something is held that others should wait for.
const HOLD_MS: u32 = 300;

const BOTH: [GracePeriod; 2] = [GracePeriod::Normal, GracePeriod::Expedited];

/// Where somebody else is.
struct Visit {
    entered: Atomic<bool>,
    may_leave: Atomic<bool>,
    left: Atomic<bool>,
}

impl Visit {
    fn new() -> Result<Arc<Self>> {
        Ok(Arc::new(
            Self {
                entered: Atomic::<bool>::new(false),
                may_leave: Atomic::<bool>::new(false),
                left: Atomic::<bool>::new(false),
            },
            GFP_KERNEL,
        )?)
    }

    fn stay(&self, ms: u32) {
        self.entered.store(true, Release);
        spin_ms(ms);
        self.left.store(true, Release);
    }

    fn stay_until_let_go(&self) {
        self.entered.store(true, Release);
        hold_until(|| self.may_leave.load(Acquire));
        self.left.store(true, Release);
    }

    fn let_go(&self) {
        self.may_leave.store(true, Release);
    }

    /// Waits for the visitor.
    fn has_come(&self) -> bool {
        sleep_until(|| self.entered.load(Acquire)).is_ok()
    }

    fn is_over(&self) -> bool {
        self.left.load(Acquire)
    }
}

/// A state with a name, whose drop is noticed.
struct Named {
    name: u32,
    calls: Atomic<u32>,
    _dropped: Option<Dropped>,
}

fn named(name: u32) -> Result<Quiesced<Named>> {
    named_by(name, None)
}

fn named_by(name: u32, dropped: Option<Dropped>) -> Result<Quiesced<Named>> {
    Quiesced::new(
        Named {
            name,
            calls: Atomic::new(0),
            _dropped: dropped,
        },
        GFP_KERNEL,
    )
}

type Slot = Arc<Handler<Named>>;

fn slot(handler: Quiesced<Named>) -> Result<Slot> {
    Ok(Arc::new(Handler::new(handler), GFP_KERNEL)?)
}

/// Lets `cpu` visit the handler of `slot` in a callback, and returns when it is there.
fn visit(slot: &Slot, cpu: CpuId, ms: u32) -> Result<(Arc<Visit>, impl Drop)> {
    visit_by(slot, cpu, move |visit| visit.stay(ms))
}

/// The same; `stay` is what the visitor does there.
fn visit_by<F>(slot: &Slot, cpu: CpuId, stay: F) -> Result<(Arc<Visit>, impl Drop)>
where
    F: Fn(&Visit) + Send + 'static,
{
    let visit = Visit::new()?;
    let call = csd::new(
        {
            let (slot, visit) = (slot.clone(), visit.clone());
            move |cx: &IrqsOff| {
                slot.with(cx, |handler| {
                    handler.calls.fetch_add(1, Relaxed);
                    stay(&visit);
                })
            }
        },
        GFP_KERNEL,
    )?
    .call_on(cpu)?;
    if !visit.has_come() {
        return Err(ETIMEDOUT);
    }
    Ok((visit, call))
}

tests! {
    (CpuId, CpuId)
    replace_gives_the_old_state,
    replace_waits_for_a_callback,
    replace_waits_for_a_thread,
    async_does_not_wait,
    async_ends_by_itself,
    dropped_async_is_reaped_later,
    tokens_dropped_in_each_context,
    leaked_tokens_are_leaked,
    into_inner_gives_the_handler,
    callbacks_replace_each_other,
    pinned_state,
    concurrent_replacers,
    flush_waits_for_a_csd,
    flush_waits_for_hard_works,
    flush_waits_for_normal_works,
    flush_waits_for_lazy_works,
    flush_waits_for_own_cpu,
    flush_all_of_many,
    concurrent_flushes,
}

struct Forms;

impl kernel::Module for Forms {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let cpus = Cpus::new([
            ("other", param(module_parameters::other.value())),
            ("third", param(module_parameters::third.value())),
        ])?;
        let [other, third] = cpus.others;
        let mut report = Report::new(TESTS.len());
        for (name, test) in TESTS {
            report.result(name, test(other, third));
        }
        Ok(Self)
    }
}
