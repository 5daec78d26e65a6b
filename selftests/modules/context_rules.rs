// SPDX-License-Identifier: GPL-2.0

//! Calls each public function in each context that `Documentation/contexts.rst` lets it be called
//! in.
//! A kernel with `CONFIG_DEBUG_ATOMIC_SLEEP` and lockdep says which of them sleeps or locks there
//! what it should not.
//!
//! `selftests/compile_fail/contexts` compares the rules with that page, and the page with the
//! crate. A new function gets a row there and a name here.

use kernel::{
    alloc::Flags,
    cpu::CpuId,
    prelude::*,
    str::CString, //
};

mod context_calls;
mod in_context;
mod support;
use context_calls::*;
use in_context::*;
use support::*;

module! {
    type: ContextRules,
    name: "context_rules",
    authors: ["crosscall developers"],
    description: "Calls each function in each context that it is documented for",
    license: "GPL v2",
}

/// Where a function is called.
struct At {
    context: Context,
    here: CpuId,
    /// Another CPU that is online.
    other: CpuId,
}

impl At {
    /// Calls `f` there, once.
    fn call<R: Send>(&self, f: impl FnOnce() -> R + Send) -> Result<R> {
        let (mut f, mut result) = (Some(f), None);
        run_in(self.context, self.here, || {
            result = f.take().map(|f| f());
        })?;
        result.ok_or(EIO)
    }

    fn flags(&self) -> Flags {
        if self.context == Context::Task {
            GFP_KERNEL
        } else {
            GFP_ATOMIC
        }
    }

    /// Whether memory can be allocated there. On PREEMPT_RT not in a hard interrupt; lockdep may
    /// say so elsewhere too.
    fn allocates(&self) -> bool {
        !cfg!(any(CONFIG_PREEMPT_RT, CONFIG_PROVE_RAW_LOCK_NESTING))
            || self.context != Context::Hardirq
    }
}

/// A set of functions, the contexts of all of them (t: task, p: preemption off, i: interrupts off,
/// n: NMI), and what calls them.
struct Rule {
    contexts: &'static str,
    #[expect(dead_code, reason = "a check reads them here")]
    names: &'static [&'static str],
    call: fn(&At) -> Result,
    /// Names the result. (A path of csd in the kernel log would be taken for a splat.)
    what: &'static str,
}

macro_rules! rules {
    ($($contexts:literal $call:ident: $($name:literal)*;)*) => {
        const RULES: &[Rule] = &[$(Rule {
            contexts: $contexts,
            names: &[$($name),*],
            call: $call,
            what: stringify!($call),
        }),*];
    };
}

rules! {
    "tpi" allocate: "csd::new" "csd::Callback::new" "irq_work::Callback::new"
        "irq_work::exclusive::Callback::new" "irq_work::new" "irq_work::exclusive::new"
        "calls::many::new" "calls::many::Idle::new" "calls::shared::new" "calls::shared::serial"
        "calls::quiesce::Quiesced::new" "calls::quiesce::Callback::new"
        "calls::deferred::Work::new";
    "tpin" context_tokens: "context::NotInNmi::new";
    "t" task_token: "context::TaskContext::new";
    "i" irqs_off_token: "context::IrqsOff::cpu";
    "tpi" irqs_off_section: "context::IrqsOff::with";
    "tpin" irqs_off_checked: "context::IrqsOff::try_with";
    "tpi" csd_queue: "csd::Idle::call_on" "csd::Idle::call_on_with" "csd::InFlight::try_wait";
    "tpin" csd_give_up: "csd::InFlight Drop" "csd::InFlight::stall";
    "tpin" csd_idle: "csd::Idle::into_inner" "csd::Idle::argument" "csd::Idle::as_mut"
        "csd::Idle::shared" "csd::Idle Deref";
    "t" csd_wait: "csd::InFlight::wait" "csd::InFlight::wait_timeout" "csd::InFlight::wait_killable"
        "csd::call" "csd::scope" "csd::Slot::new" "csd::Slot::take_output" "csd::Scope::call_on"
        "csd::ScopedIdle::call_on" "csd::ScopedInFlight::wait" "csd::ScopedInFlight::try_wait";
    "tpin" irq_work_queue: "irq_work::Handle::queue" "irq_work::Handle::is_pending"
        "irq_work::Handle Clone" "irq_work::Handle Drop" "irq_work::Handle Deref"
        "irq_work::Handle::shared";
    "tpi" irq_work_queue_on: "irq_work::Handle::queue_on" "irq_work::exclusive::Idle::queue_on";
    "tpin" irq_work_exclusive: "irq_work::exclusive::Idle::queue"
        "irq_work::exclusive::InFlight::try_wait" "irq_work::exclusive::InFlight::stall"
        "irq_work::exclusive::Idle::as_mut" "irq_work::exclusive::Idle Deref";
    "t" irq_work_wait: "irq_work::Handle::sync" "irq_work::Handle::sync_timeout"
        "irq_work::Handle::sync_killable" "irq_work::Handle::shutdown_with"
        "irq_work::exclusive::InFlight::wait_timeout" "irq_work::exclusive::InFlight::wait_killable"
        "irq_work::exclusive::Idle::into_inner_with" "irq_work::Handle::into_inner_with"
        "irq_work::scope_with" "irq_work::Scoped::is_pending" "irq_work::Scoped::sync_timeout"
        "irq_work::Scoped::sync_killable" "irq_work::Handle::shutdown"
        "irq_work::exclusive::InFlight::wait" "irq_work::exclusive::Idle::into_inner"
        "irq_work::Handle::into_inner" "irq_work::scope" "irq_work::Scoped::queue"
        "irq_work::Scoped::queue_on" "irq_work::Scoped::sync";
    "i" irq_work_callback: "irq_work::Context::requeue" "irq_work::Context::requeue_on"
        "irq_work::Context Deref" "context::ThreadedOnRt::cpu" "context::ThreadedOnRt::irqs_off";
    "tpi" many_call: "calls::many::Idle::call" "calls::many::Idle::call_all"
        "calls::many::Idle::call_all_but_self" "calls::many::Idle::call_if"
        "calls::many::Idle::call_any" "calls::many::InFlight::try_wait"
        "calls::many::InFlight::missing" "calls::many::InFlight Deref" "calls::many::InFlight Drop"
        "calls::many::Done::get" "calls::many::Done::iter" "calls::many::Done::drain"
        "calls::many::Done::into_idle" "calls::many::Done Deref" "calls::many::Idle Deref"
        "calls::many::Idle DerefMut";
    "t" many_wait: "calls::many::InFlight::wait" "calls::many::InFlight::wait_killable"
        "calls::many::call" "calls::many::call_all" "calls::many::call_all_but_self"
        "calls::many::call_if" "calls::many::InFlight::wait_timeout"
        "calls::many::InFlight::wait_any" "calls::many::InFlight::wait_at_least";
    "t" many_by_mask: "calls::many::Idle::call_by_mask" "calls::many::Idle::call_all_by_mask"
        "calls::many::Idle::call_all_but_self_by_mask";
    "tpi" shared_fire: "calls::shared::Call::fire";
    "tpin" shared_fire_here: "calls::shared::Call::fire_here" "calls::shared::Call::is_pending"
        "calls::shared::Call Clone";
    "t" shared_sync: "calls::shared::Call::sync" "calls::shared::Call::sync_timeout"
        "calls::shared::Call::sync_killable";
    "i" shared_callback: "calls::shared::Context::attempts" "calls::shared::Context::fire"
        "calls::shared::Context::fire_here" "calls::shared::Context Deref";
    "tpi" quiesce_replace_async: "calls::quiesce::Handler::replace_async";
    "tpin" quiesce_any: "calls::quiesce::Handler::new" "calls::quiesce::Handler::read"
        "calls::quiesce::Handler::into_inner" "calls::quiesce::Handler Drop"
        "calls::quiesce::Quiesced::as_mut" "calls::quiesce::Quiesced Deref"
        "calls::quiesce::Quiesced Drop" "calls::quiesce::Quiescing::try_wait";
    "i" quiesce_callback: "calls::quiesce::Handler::with" "calls::quiesce::Handler::call";
    "t" quiesce_wait: "calls::quiesce::Handler::replace" "calls::quiesce::Quiescing::wait"
        "calls::quiesce::flush" "calls::quiesce::flush_cpu" "calls::quiesce::flush_all";
    "tpi" deferred_queue: "calls::deferred::Work::queue_on" "calls::deferred::Work::queue_each"
        "calls::deferred::Work::queue_mask";
    "tpin" deferred_any: "calls::deferred::Work::cancel" "calls::deferred::Work::cancel_on"
        "calls::deferred::Work::is_pending_on" "calls::deferred::Work Drop"
        "calls::deferred::Work Deref" "calls::deferred::Outcome::is_accepted";
    "t" deferred_wait: "calls::deferred::Work::flush" "calls::deferred::Work::flush_all"
        "calls::deferred::Work::unregister";
}

struct ContextRules;

impl kernel::Module for ContextRules {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let here = CpuId::current();
        let other = online_cpus().find(|&cpu| cpu != here).unwrap_or(here);
        let contexts = |rule: &Rule| {
            let letters = rule.contexts;
            Context::ALL
                .into_iter()
                .zip("tpin".chars())
                .filter(move |(_, letter)| letters.contains(*letter))
        };
        let mut report = Report::new(RULES.iter().map(|rule| contexts(rule).count()).sum());

        for rule in RULES {
            for (context, _) in contexts(rule) {
                let at = At {
                    context,
                    here,
                    other,
                };
                let name = CString::try_from_fmt(fmt!("{}_in_{}", rule.what, context.name()))?;
                let name = name.to_str().map_err(|_| EINVAL)?;
                if rule.what == "allocate" && !at.allocates() {
                    report.skip(name, "may not allocate there");
                } else {
                    report.result(name, (rule.call)(&at));
                }
            }
        }
        Ok(Self)
    }
}
