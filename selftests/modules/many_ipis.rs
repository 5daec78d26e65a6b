// SPDX-License-Identifier: GPL-2.0

//! Calls all other CPUs by mask when it is loaded, at times at which they are idle.

use crosscall::{
    calls::many,
    context::{
        IrqsOff,
        TaskContext, //
    },
};
use kernel::prelude::*;

mod support;
use support::*;

module! {
    type: Ipis,
    name: "many_ipis",
    authors: ["crosscall developers"],
    description: "Calls all other CPUs by mask, for a test that counts IPIs",
    license: "GPL v2",
}

/// `many_ipis.sh` knows this number.
const CALLS: usize = 20;

struct Ipis;

impl kernel::Module for Ipis {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let task = TaskContext::new();
        let mut idle = many::new(|cx: &IrqsOff| cx.cpu(), GFP_KERNEL)?;
        for _ in 0..CALLS {
            // The other CPUs fall asleep, unless they poll.
            sleep_ms(10);
            let done = idle.call_all_but_self_by_mask(&task)?.wait(&task);
            check!(done.iter().all(|(cpu, result)| result == Ok(&cpu)));
            check!(done.iter().count() + 1 == online_cpus().count());
            idle = done.into_idle();
        }
        Ok(Self)
    }
}
