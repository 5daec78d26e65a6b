// SPDX-License-Identifier: GPL-2.0

//! expect: E0521
//! expect-text: borrowed data escapes outside of closure
//!
//! What the callback has to itself is borrowed for one run.

use crosscall::shared::{
    self,
    Context,
    Serial, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    let mut buffer = [0u8; 4];
    let mut kept = None;
    let keep = move |_: &Context<Serial>| _ = kept.replace(&mut buffer[0]);
    let _call = shared::serial(keep, GFP_KERNEL)?;
    Ok(())
}
