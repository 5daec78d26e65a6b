// SPDX-License-Identifier: GPL-2.0

//! The callback works for any lifetime.

use crosscall::shared::{
    self,
    Context,
    Serial, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    fn run(_cx: &Context<Serial>) {}

    let run: fn(&Context<Serial>) = run;
    let _call = shared::serial(run, GFP_KERNEL)?;
    Ok(())
}
