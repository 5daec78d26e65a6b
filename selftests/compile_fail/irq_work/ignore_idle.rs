// SPDX-License-Identifier: GPL-2.0
//! expect: unused_must_use
//! expect-text: dropping this drops the work
//! The token owns the work, which should not be freed by accident.
//! pass: On purpose it is fine.

include!("common/names.rs");

pub fn ignore() -> Result {
    exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?; //[fail]
    drop(exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?); //[pass]
    Ok(())
}
