// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `u32` has no callback for a csd
//! expect-text: `u32` has no callback for an irq_work
//! expect-text: `u32` is not a mode of an irq_work
//! Each type says what it takes.
//! pass: The types themselves.

include!("common/names.rs");

use crosscall::irq_work::{
    Context,
    IrqWork,
    IrqWorkCallback,
    Mode, //
};

pub fn a<T: CsdCallback>(_: Csd<u32>) {} //[fail]
pub fn b<T: IrqWorkCallback>(_: IrqWork<u32>) {} //[fail]
pub fn c<M: Mode>(_: &Context<u32>) {} //[fail]
pub fn a<T: CsdCallback>(_: Csd<T>) {} //[pass]
pub fn b<T: IrqWorkCallback>(_: IrqWork<T>) {} //[pass]
pub fn c<M: Mode>(_: &Context<M>) {} //[pass]
