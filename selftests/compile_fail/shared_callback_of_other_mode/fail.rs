// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//!
//! A callback is of one mode.

use crosscall::shared::{
    Callback,
    Mode,
    Overlapping,
    Serial, //
};

pub fn make<M: Mode, F: Callback<M>>(f: F) -> impl Callback<Serial> {
    f
}
