// SPDX-License-Identifier: GPL-2.0

//! expect: E0308
//!
//! The context ends with the run.

use crosscall::shared::{
    self,
    Context,
    Serial, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    fn run(_cx: &'static Context<Serial>) {}

    let run: fn(&Context<Serial>) = run;
    let _call = shared::serial(run, GFP_KERNEL)?;
    Ok(())
}
