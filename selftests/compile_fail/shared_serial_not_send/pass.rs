// SPDX-License-Identifier: GPL-2.0

//! What may be sent may be captured.

use crosscall::{
    context::NotInNmi,
    shared, //
};
use kernel::prelude::*;

pub fn make(owned: KBox<u8>) -> Result {
    let _call = shared::serial(move |_| _ = &owned, GFP_KERNEL)?;
    Ok(())
}
