// SPDX-License-Identifier: GPL-2.0

//! Calls that any CPU may fire.

use crate::{
    note,
    repeat,
    ticks,
    Count,
    Ops, //
};
use crosscall::{
    calls::shared::{
        self,
        Fired, //
    },
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::{
    prelude::*,
    sync::Arc, //
};

/// Adds the operations of the calls that `$make` makes, of a closure that counts its runs.
macro_rules! add {
    ($ops:ident, $make:path, $mode:ty, $($name:literal),*) => {{
        let [queued, busy, round, here] = [$($name),*];
        let other = $ops.other;
        let runs = Arc::new(Count::new(), GFP_KERNEL)?;
        let r = runs.clone();
        let call = $make(move |_: &shared::Context<$mode>| r.add(1), GFP_KERNEL)?;

        let (c, r) = (call.clone(), runs.clone());
        $ops.add(queued, move |n| {
            let task = TaskContext::new();
            let mut all = 0;
            for _ in 0..n {
                let before = r.get();
                let fired = IrqsOff::with(|_| {
                    let start = ticks();
                    let fired = c.fire(other, &task);
                    all += ticks() - start;
                    fired
                });
                note(u64::from(fired == Ok(Fired::Queued)));
                while r.get() == before {
                    core::hint::spin_loop();
                }
                c.sync(&task);
            }
            all
        })?;
        let c = call.clone();
        $ops.add(busy, move |n| {
            let task = TaskContext::new();
            let t = IrqsOff::with(|_| {
                let _ = c.fire(other, &task);
                repeat(n, || {
                    note(u64::from(c.fire(other, &task) == Ok(Fired::Queued)))
                })
            });
            c.sync(&task);
            t
        })?;
        let (c, r) = (call.clone(), runs);
        $ops.add(round, move |n| {
            let task = TaskContext::new();
            repeat(n, || {
                let before = r.get();
                let _ = c.fire(other, &task);
                while r.get() == before {
                    core::hint::spin_loop();
                }
            })
        })?;
        // Each raises its self-IPI.
        $ops.add(here, move |n| {
            let task = TaskContext::new();
            let mut all = 0;
            for _ in 0..n {
                IrqsOff::with(|_| {
                    let start = ticks();
                    let _ = call.fire_here();
                    all += ticks() - start;
                });
                call.sync(&task);
            }
            all
        })?;
    }};
}

pub(crate) fn add(ops: &mut Ops) -> Result {
    add!(
        ops,
        shared::new,
        shared::Overlapping,
        c"rs_shared_new_queued",
        c"rs_shared_new_busy",
        c"rs_shared_new_round",
        c"rs_shared_new_here"
    );
    add!(
        ops,
        shared::serial,
        shared::Serial,
        c"rs_shared_serial_queued",
        c"rs_shared_serial_busy",
        c"rs_shared_serial_round",
        c"rs_shared_serial_here"
    );
    Ok(())
}
