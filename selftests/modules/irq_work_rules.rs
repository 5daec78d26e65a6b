// SPDX-License-Identifier: GPL-2.0

//! What each operation on an irq_work promises.
//!
//! Needs three CPUs that are online, and one that is not.

use core::{
    cell::UnsafeCell,
    mem::MaybeUninit,
    pin::Pin, //
};
use crosscall::{
    context::{
        IrqsOff,
        NotInNmi,
        TaskContext, //
    },
    csd, impl_has_irq_work,
    irq_work::{
        self,
        exclusive::InFlight,
        Closure,
        Context as Cx,
        Handle,
        Hard,
        IrqWork,
        IrqWorkCallback,
        Lazy,
        Mode,
        Normal, //
    },
};
use kernel::{
    bindings,
    cpu::CpuId,
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
        ArcBorrow,
        UniqueArc, //
    },
};

#[path = "irq_work_rules/dropping.rs"]
mod dropping;
mod env;
mod hold;
mod in_context;
#[path = "irq_work_rules/objects.rs"]
mod objects;
#[path = "irq_work_rules/queueing.rs"]
mod queueing;
mod support;
#[path = "irq_work_rules/waiting.rs"]
mod waiting;
use dropping::*;
use env::Env;
use hold::*;
use in_context::*;
use objects::*;
use queueing::*;
use support::*;
use waiting::*;

/// What a closure must be.
trait Callback<M: Mode>: Fn(&Cx<M>) + Send + Sync + 'static {}

impl<M: Mode, F: Fn(&Cx<M>) + Send + Sync + 'static> Callback<M> for F {}

type Work<M, F> = Handle<Arc<Closure<M, F>>>;

/// A work that counts its runs.
fn counting<M: Mode>() -> Result<(Work<M, impl Callback<M>>, Count)> {
    let runs = count()?;
    let its = runs.clone();
    let work = irq_work::new::<M, _>(
        move |_| {
            its.fetch_add(1, Relaxed);
        },
        GFP_KERNEL,
    )?;
    Ok((work, runs))
}

/// Queues a work again in its callback, on two CPUs in turn: on one it would leave no time for
/// anything else.
fn requeue_in_turn<M: Mode>(cx: &Cx<M>, [one, two]: [CpuId; 2]) -> Result<bool> {
    cx.requeue_on(if CpuId::current() == one { two } else { one })
}

tests! {
    (&Env)
    pending_work_runs_once,
    runs_where_it_was_sent,
    own_cpu_is_not_inline,
    offline_is_refused,
    nmi_may_queue_but_not_send,
    callback_queues_itself,
    sync_waits_for_all_cpus,
    sync_returns_though_the_work_is_never_idle,
    shutdown_is_the_end,
    shutdown_waits_for_what_is_pending,
    dropped_while_pending,
    dropped_while_running,
    last_handle_dropped_in_each_context,
    cloned_and_asked_in_each_context,
    last_handle_dropped_in_the_callback,
    endless_work_ends_with_its_handle,
    into_inner_waits,
    object_outlives_its_handles,
    static_object_has_any_number_of_handles,
    exclusive_runs_are_serial,
    allocation_failure_is_an_error,
}

module_of_tests! { "irq_work_rules", "Test of what operations on an irq_work promise" }
