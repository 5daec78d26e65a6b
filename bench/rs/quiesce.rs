// SPDX-License-Identifier: GPL-2.0

//! Callbacks that are replaced while other CPUs call them.

use crate::{
    each,
    repeat,
    Count,
    Ops, //
};
use crosscall::{
    calls::quiesce::{
        Callback,
        GracePeriod,
        Handler,
        Quiesced, //
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

fn callback() -> Result<Quiesced<Callback<u64>>> {
    let runs = Count::new();
    Callback::new(
        move |_cx, arg: &u64| {
            let runs = &runs;
            runs.add(*arg)
        },
        GFP_KERNEL,
    )
}

pub(crate) fn add(ops: &mut Ops) -> Result {
    let slot = Arc::new(Handler::new(callback()?), GFP_KERNEL)?;
    let s = slot.clone();
    ops.add(c"rs_handler_call", move |n| {
        IrqsOff::with(|cx| repeat(n, || s.call(cx, &1)))
    })?;
    let direct = Handler::new(Quiesced::new(Count::new(), GFP_KERNEL)?);
    ops.add(c"rs_handler_read", move |n| {
        IrqsOff::with(|_| repeat(n, || direct.read(|runs| runs.add(1))))
    })?;
    for (name, how) in [
        (c"rs_handler_replace_exp", GracePeriod::Expedited),
        (c"rs_handler_replace_gp", GracePeriod::Normal),
    ] {
        let s = slot.clone();
        let mut spare = Some(callback()?);
        ops.add(name, move |n| {
            let task = TaskContext::new();
            each(&mut spare, n, |new| s.replace(new, how, &task))
        })?;
    }
    Ok(())
}
