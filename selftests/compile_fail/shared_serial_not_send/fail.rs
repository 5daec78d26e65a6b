// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! A serial callback still runs on any CPU, and is dropped on another one.

use crosscall::{
    context::NotInNmi,
    shared, //
};
use kernel::prelude::*;

pub fn make(owned: NotInNmi) -> Result {
    let _call = shared::serial(move |_| _ = &owned, GFP_KERNEL)?;
    Ok(())
}
