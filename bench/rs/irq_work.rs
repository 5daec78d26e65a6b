// SPDX-License-Identifier: GPL-2.0

//! irq_works. Many are queued in one go, interrupts off: only the first raises the interrupt.

use crate::{
    each,
    note,
    repeat,
    ticks,
    Count,
    Ops, //
};
use crosscall::{
    context::{
        IrqsOff,
        TaskContext, //
    },
    irq_work::{
        self,
        exclusive::{
            self,
            Idle, //
        },
        Closure,
        Handle,
        Hard,
        Lazy,
        Mode,
        Normal, //
    },
};
use kernel::{
    prelude::*,
    str::CStr,
    sync::Arc, //
};

extern "C" {
    fn irq_work_run();
}

const BATCH: usize = 64;

/// What is queued on this CPU runs here and now.
#[inline(always)]
fn run_all(_cx: &IrqsOff) {
    // SAFETY: Interrupts are off.
    unsafe { irq_work_run() };
}

/// A work that counts its runs.
#[expect(clippy::type_complexity, reason = "an alias cannot have `impl`")]
fn counter<M: Mode>() -> Result<Handle<Arc<Closure<M, impl Fn(&irq_work::Context<M>)>>>> {
    let n = Count::new();
    let count = move |_cx: &irq_work::Context<M>| {
        let n = &n;
        n.add(1)
    };
    Ok(irq_work::new(count, GFP_KERNEL)?)
}

fn add_mode<M: Mode>(
    ops: &mut Ops,
    queue: &'static CStr,
    run: &'static CStr,
    sync: Option<&'static CStr>,
) -> Result {
    let mut works = KVec::with_capacity(BATCH, GFP_KERNEL)?;
    for _ in 0..BATCH {
        works.push(counter::<M>()?, GFP_KERNEL)?;
    }
    let works = Arc::new(works, GFP_KERNEL)?;
    let w = works.clone();
    ops.add(queue, move |n| {
        let task = TaskContext::new();
        let t = IrqsOff::with(|cx| {
            let _ = w[0].queue();
            let start = ticks();
            for work in &w[1..] {
                let _ = work.queue();
            }
            let t = ticks() - start;
            run_all(cx);
            t
        });
        w.iter().for_each(|work| work.sync(&task));
        t * n as u64 / (BATCH - 1) as u64
    })?;
    let w = works.clone();
    ops.add(run, move |n| {
        let task = TaskContext::new();
        let t = IrqsOff::with(|cx| {
            for work in &**w {
                let _ = work.queue();
            }
            let start = ticks();
            run_all(cx);
            ticks() - start
        });
        w.iter().for_each(|work| work.sync(&task));
        t * n as u64 / BATCH as u64
    })?;
    let Some(sync) = sync else { return Ok(()) };
    ops.add(sync, move |n| {
        let task = TaskContext::new();
        repeat(n, || {
            let _ = works[0].queue();
            works[0].sync(&task);
        })
    })
}

fn add_hard(ops: &mut Ops) -> Result {
    let work = counter::<Hard>()?;
    let same = work.clone();
    ops.add(c"rs_work_hard_pending", move |n| {
        let task = TaskContext::new();
        let t = IrqsOff::with(|_| {
            let _ = work.queue();
            repeat(n, || note(u64::from(work.queue() == Ok(true))))
        });
        work.sync(&task);
        t
    })?;
    ops.add(c"rs_work_sync_idle", move |n| {
        let task = TaskContext::new();
        repeat(n, || same.sync(&task))
    })
}

fn exclusive() -> Result<Idle<exclusive::Closure<Hard, impl FnMut(&IrqsOff)>>> {
    let mut n: u64 = 0;
    Ok(exclusive::new(
        move |_cx: &IrqsOff| n = n.wrapping_add(1),
        GFP_KERNEL,
    )?)
}

fn add_exclusive(ops: &mut Ops) -> Result {
    let mut idle = Some(exclusive()?);
    ops.add(c"rs_work_excl_sync", move |n| {
        let task = TaskContext::new();
        each(&mut idle, n, |idle| match idle.queue() {
            Ok(in_flight) => in_flight.wait(&task),
            Err(refused) => refused.token,
        })
    })?;
    let mut idle = Some(exclusive()?);
    ops.add(c"rs_work_excl_try", move |n| {
        each(&mut idle, n, |idle| match idle.queue() {
            Ok(mut in_flight) => loop {
                match in_flight.try_wait() {
                    Ok(idle) => break idle,
                    Err(still) => in_flight = still,
                }
                core::hint::spin_loop();
            },
            Err(refused) => refused.token,
        })
    })
}

pub(crate) fn add(ops: &mut Ops) -> Result {
    add_mode::<Normal>(
        ops,
        c"rs_work_normal_queue",
        c"rs_work_normal_run",
        Some(c"rs_work_normal_sync"),
    )?;
    add_mode::<Lazy>(ops, c"rs_work_lazy_queue", c"rs_work_lazy_run", None)?;
    add_mode::<Hard>(
        ops,
        c"rs_work_hard_queue",
        c"rs_work_hard_run",
        Some(c"rs_work_hard_sync"),
    )?;
    add_hard(ops)?;
    add_exclusive(ops)
}
