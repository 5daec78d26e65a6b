// SPDX-License-Identifier: GPL-2.0

//! The types themselves.

use crosscall::{
    csd::{
        Csd,
        CsdCallback, //
    },
    irq_work::{
        Context,
        IrqWork,
        IrqWorkCallback,
        Mode, //
    },
};

pub fn a<T: CsdCallback>(_: Csd<T>) {}
pub fn b<T: IrqWorkCallback>(_: IrqWork<T>) {}
pub fn c<M: Mode>(_: &Context<M>) {}
