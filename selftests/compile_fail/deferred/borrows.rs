// SPDX-License-Identifier: GPL-2.0
//! expect: E0597
//! expect-text: `counter` does not live long enough
//! A CPU may stay in user mode for longer than any stack frame lives, and a
//! work can be leaked.
//! pass: A work owns what it uses, or shares it by a counted reference.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering::Relaxed,
    Atomic, //
};

pub fn count() -> Result {
    let counter = Atomic::<u32>::new(0);
    let shared = &counter; //[fail]
    let count = |_: &IrqsOff| shared.add(1, Relaxed); //[fail]
    let shared = counter; //[pass]
    let count = move |_: &IrqsOff| shared.add(1, Relaxed); //[pass]
    drop(Work::new(count, Policy::Defer, GFP_KERNEL)?);
    Ok(())
}
