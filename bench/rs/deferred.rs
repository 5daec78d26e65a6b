// SPDX-License-Identifier: GPL-2.0

//! Works that wait until a CPU enters the kernel. The other CPU is idle: it is interrupted.

use crate::{
    repeat,
    ticks,
    Count,
    Ops, //
};
use crosscall::{
    calls::deferred::{
        Policy,
        Work, //
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

pub(crate) fn add(ops: &mut Ops) -> Result {
    let other = ops.other;
    let ran = Arc::new(Count::new(), GFP_KERNEL)?;
    let r = ran.clone();
    let work = Work::new(move |_cx: &IrqsOff| r.add(1), Policy::Defer, GFP_KERNEL)
        .map_err(|refused| refused.error)?;
    let work = Arc::new(work, GFP_KERNEL)?;
    let w = work.clone();
    ops.add(c"rs_deferred_sent", move |n| {
        let mut all = 0;
        for _ in 0..n {
            let before = ran.get();
            IrqsOff::with(|_| {
                let start = ticks();
                let _ = w.queue_on(other);
                all += ticks() - start;
            });
            while ran.get() == before {
                core::hint::spin_loop();
            }
        }
        all
    })?;
    ops.add(c"rs_deferred_pending", move |n| {
        let task = TaskContext::new();
        let t = IrqsOff::with(|_| {
            let _ = work.queue_on(other);
            repeat(n, || {
                let _ = work.queue_on(other);
            })
        });
        work.flush(other, &task);
        t
    })
}
