// SPDX-License-Identifier: GPL-2.0
//! expect: E0423
//! This token is the result of a check, which must not be left out.
//! pass: The check is cheap.

include!("common/names.rs");

use kernel::types::NotThreadSafe;

pub fn forge() -> Result<NotInNmi> {
    Ok(NotInNmi(NotThreadSafe)) //[fail]
    NotInNmi::new() //[pass]
}
