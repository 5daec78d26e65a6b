// SPDX-License-Identifier: GPL-2.0

//! expect: E0423
//!
//! This token is the result of a check, which must not be left out.

use crosscall::context::NotInNmi;
use kernel::{
    prelude::*,
    types::NotThreadSafe, //
};

pub fn forge() -> Result<NotInNmi> {
    Ok(NotInNmi(NotThreadSafe))
}
