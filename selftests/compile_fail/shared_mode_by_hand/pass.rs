// SPDX-License-Identifier: GPL-2.0

//! One of them.

use crosscall::shared::{
    Mode,
    Serial, //
};

pub struct Other;

pub trait Same: Mode {
    const SERIAL: bool = false;
}
