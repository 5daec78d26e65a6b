// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! There are two modes.
//! pass: One of them.

include!("common/names.rs");

pub struct Other;

impl Mode for Other { //[fail]
pub trait Same: Mode { //[pass]
    const SERIAL: bool = false;
}
