// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `TaskContext` stands for the context that it was made in, and cannot leave it
//! The right to sleep of a callback, a false claim by itself, must not go to
//! the waiter.
//! pass: A callback that returns nothing returns no rights.

include!("common/names.rs");

pub fn take() -> Result {
    drop(csd::new(|_| TaskContext::new(), GFP_KERNEL)?); //[fail]
    drop(csd::new(|_| (), GFP_KERNEL)?); //[pass]
    Ok(())
}
