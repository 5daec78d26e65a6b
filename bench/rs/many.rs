// SPDX-License-Identifier: GPL-2.0

//! Calls to all CPUs but this one.

use crate::{
    each,
    note,
    post,
    Ops, //
};
use crosscall::{
    calls::many,
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::prelude::*;

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
    })
}
