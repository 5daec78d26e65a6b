// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! There are two modes.

use crosscall::shared::{
    Mode,
    Serial, //
};

pub struct Other;

impl Mode for Other {
    const SERIAL: bool = false;
}
