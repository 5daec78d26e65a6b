// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `IrqsOff` stands for the context that it was made in, and cannot leave it
//! A context that everybody could reach would be used by everybody.
//! pass: A function that takes one is no context.

include!("common/names.rs");

pub static CONTEXT: Option<Context<Hard>> = None; //[fail]
pub static CONTEXT: Option<fn(&Context<Hard>)> = None; //[pass]
