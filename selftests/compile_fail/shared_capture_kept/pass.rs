// SPDX-License-Identifier: GPL-2.0

//! Its value may be kept.

use crosscall::shared::{
    self,
    Context,
    Serial, //
};
use kernel::prelude::*;

pub fn make() -> Result {
    let mut buffer = [0u8; 4];
    let mut kept = None;
    let keep = move |_: &Context<Serial>| _ = kept.replace(u32::from(buffer[0]));
    let _call = shared::serial(keep, GFP_KERNEL)?;
    Ok(())
}
