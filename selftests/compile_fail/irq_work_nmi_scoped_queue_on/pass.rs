// SPDX-License-Identifier: GPL-2.0

//! It too may be queued on its own CPU.

use crosscall::{
    context::InNmi,
    irq_work::{
        Context,
        Hard,
        Scoped, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn ring(work: &Scoped<Hard, fn(&Context<Hard>)>, cpu: CpuId, nmi: &InNmi) -> Result<bool> {
    work.queue()
}
