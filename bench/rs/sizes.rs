// SPDX-License-Identifier: GPL-2.0

//! How large objects are: "ticks" are bytes.

use crate::Ops;
use crosscall::{
    context::IrqsOff,
    csd::{
        Closure,
        Csd, //
    },
    irq_work::{
        self,
        Context,
        Hard,
        IrqWork, //
    },
};
use kernel::{
    prelude::*,
    str::CStr, //
};

use super::csd::Boxed;

fn add_size<T>(ops: &mut Ops, name: &'static CStr) -> Result {
    ops.add(name, |n| (n * size_of::<T>()) as u64)
}

pub(crate) fn add(ops: &mut Ops) -> Result {
    // Of a closure that has captured as much as a function pointer.
    add_size::<Closure<fn(&IrqsOff) -> u64, u64>>(ops, c"rs_size_csd_closure")?;
    add_size::<Csd<Boxed>>(ops, c"rs_size_csd")?;
    add_size::<IrqWork<irq_work::Closure<Hard, fn(&Context<Hard>)>>>(ops, c"rs_size_work")
}
