// SPDX-License-Identifier: GPL-2.0

//! Calls to all CPUs but this one.

use crate::{
    each,
    note,
    post,
    ticks,
    Ops, //
};
use crosscall::{
    calls::many,
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::{
    prelude::*,
    time::{
        delay::fsleep,
        Delta, //
    }, //
};

pub(crate) fn add(ops: &mut Ops) -> Result {
    let make = || many::new(|cx: &IrqsOff| cx.cpu().as_u32(), GFP_KERNEL);

    let mut idle = Some(make()?);
    ops.add(c"rs_many_wait", move |n| {
        let task = TaskContext::new();
        each(&mut idle, n, |idle| match idle.call_all_but_self() {
            Ok(f) => f.wait(&task).into_idle(),
            Err(refused) => refused.token,
        })
    })?;
    let mut idle = Some(make()?);
    ops.add(c"rs_many_wait_all", move |n| {
        let task = TaskContext::new();
        each(&mut idle, n, |idle| match idle.call_all() {
            Ok(f) => f.wait(&task).into_idle(),
            Err(refused) => refused.token,
        })
    })?;
    let mut idle = Some(make()?);
    ops.add(c"rs_many_wait_sum", move |n| {
        let task = TaskContext::new();
        each(&mut idle, n, |idle| match idle.call_all_but_self() {
            Ok(f) => {
                let mut done = f.wait(&task);
                note(
                    done.drain()
                        .filter_map(|(_, r)| r.ok())
                        .map(u64::from)
                        .sum(),
                );
                done.into_idle()
            }
            Err(refused) => refused.token,
        })
    })?;
    let mut idle = Some(make()?);
    ops.add(c"rs_many_poll", move |n| {
        each(&mut idle, n, |idle| match idle.call_all_but_self() {
            Ok(mut f) => loop {
                match f.try_wait() {
                    Ok(done) => break done.into_idle(),
                    Err(still) => f = still,
                }
                core::hint::spin_loop();
            },
            Err(refused) => refused.token,
        })
    })?;
    let mut idle = Some(make()?);
    ops.add(c"rs_many_post", move |n| {
        let task = TaskContext::new();
        post(
            &mut idle,
            n,
            |idle| idle.call_all_but_self(),
            |called| match called {
                Ok(f) => f.wait(&task).into_idle(),
                Err(refused) => refused.token,
            },
        )
    })?;
    let mut idle = Some(make()?);
    ops.add(c"rs_many_mask_post", move |n| {
        let task = TaskContext::new();
        post_from_task(
            &mut idle,
            n,
            |idle| idle.call_all_but_self_by_mask(&task),
            |called| match called {
                Ok(f) => f.wait(&task).into_idle(),
                Err(refused) => refused.token,
            },
        )
    })?;
    let mut idle = Some(make()?);
    ops.add(c"rs_many_mask_wait", move |n| {
        let task = TaskContext::new();
        each(&mut idle, n, |idle| {
            match idle.call_all_but_self_by_mask(&task) {
                Ok(f) => f.wait(&task).into_idle(),
                Err(refused) => refused.token,
            }
        })
    })
}

/// Like [`post`], with interrupts on. The next one must not wait for this one.
#[inline(always)]
fn post_from_task<S, P>(
    token: &mut Option<S>,
    n: usize,
    mut op: impl FnMut(S) -> P,
    mut rest: impl FnMut(P) -> S,
) -> u64 {
    let mut all = 0;
    for _ in 0..n {
        let Some(s) = token.take() else { return 0 };
        let start = ticks();
        let posted = op(s);
        all += ticks() - start;
        *token = Some(rest(posted));
        fsleep(Delta::from_micros(150));
    }
    all
}
