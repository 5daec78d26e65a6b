// SPDX-License-Identifier: GPL-2.0

//! What a shared call promises, in each mode.
//!
//! Needs three CPUs that are online, and one that is not.

use core::cell::UnsafeCell;
use crosscall::{
    calls::shared::{
        self,
        Call,
        Callback,
        Fired,
        Mode,
        Overlapping,
        Serial, //
    },
    context::{
        IrqsOff,
        NotInNmi,
        TaskContext, //
    },
    csd, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::{
        atomic::{
            ordering::Relaxed,
            Atomic, //
        },
        Arc, //
    },
};

#[path = "shared_forms/attempts.rs"]
mod attempts;
#[path = "shared_forms/dropping.rs"]
mod dropping;
mod env;
mod hold;
mod in_context;
#[path = "shared_forms/runs.rs"]
mod runs;
mod support;
use attempts::*;
use dropping::*;
use env::Env;
use hold::*;
use in_context::*;
use runs::*;
use support::*;

/// What a callback leaves behind.
struct Record {
    runs: Atomic<u32>,
    attempts: Atomic<u64>,
    cpu: Atomic<u32>,
    irqs_off: Atomic<bool>,
}

impl Record {
    fn new() -> Result<Arc<Self>> {
        Ok(Arc::new(
            Self {
                runs: Atomic::new(0),
                attempts: Atomic::new(0),
                cpu: Atomic::new(u32::MAX),
                irqs_off: Atomic::<bool>::new(false),
            },
            GFP_KERNEL,
        )?)
    }

    fn note(&self, cx: &IrqsOff, attempts: u64) {
        let as_promised = irqs_disabled() && Context::current() != Context::Nmi;
        self.irqs_off.store(as_promised, Relaxed);
        self.cpu.store(cx.cpu().as_u32(), Relaxed);
        self.attempts.fetch_add(attempts, Relaxed);
        self.runs.fetch_add(1, Relaxed);
    }

    /// How many times it ran, and for how many attempts.
    fn counts(&self) -> (u32, u64) {
        (self.runs.load(Relaxed), self.attempts.load(Relaxed))
    }

    fn ran_on(&self, cpu: CpuId) -> bool {
        self.cpu.load(Relaxed) == cpu.as_u32() && self.irqs_off.load(Relaxed)
    }
}

/// A call that notes its runs, and then runs `also` with the number of the run.
fn overlapping(
    also: impl Fn(u32) + Send + Sync + 'static,
) -> Result<(Call<Overlapping, impl Callback<Overlapping>>, Arc<Record>)> {
    let record = Record::new()?;
    let its = record.clone();
    let call = shared::new(
        move |cx| {
            its.note(cx, 1);
            also(its.counts().0);
        },
        GFP_KERNEL,
    )?;
    Ok((call, record))
}

/// The same, serial.
fn serial(
    mut also: impl FnMut(u32) + Send + 'static,
) -> Result<(Call<Serial, impl Callback<Serial>>, Arc<Record>)> {
    let record = Record::new()?;
    let its = record.clone();
    let call = shared::serial(
        move |cx| {
            its.note(cx, cx.attempts());
            also(its.counts().0);
        },
        GFP_KERNEL,
    )?;
    Ok((call, record))
}

tests! {
    (&Env)
    overlapping_runs_in_each_context,
    serial_runs_in_each_context,
    nmi_cannot_fire_elsewhere,
    own_cpu_is_not_inline,
    overlapping_is_busy_while_pending,
    serial_is_busy_while_pending,
    overlapping_overlaps,
    serial_runs_once_more,
    overlapping_refuses_an_offline_cpu,
    serial_refuses_an_offline_cpu,
    overlapping_callback_fires_itself,
    serial_callback_fires_itself,
    serial_runs_are_serial,
    sync_returns_though_it_is_never_idle,
    dropped_while_pending,
    promise_outlives_the_last_handle,
    last_handle_dropped_in_each_context,
    last_handle_dropped_in_the_callback,
    endless_call_ends_with_its_handle,
}

module_of_tests! { "shared_forms", "Test of what a shared call promises" }
