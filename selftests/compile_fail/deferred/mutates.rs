// SPDX-License-Identifier: GPL-2.0
//! expect: E0525
//! expect-text: this closure implements `FnMut`, not `Fn`
//! Two CPUs may run the work at once: none of them has it for itself.
//! pass: With an atomic they may share it.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering::Relaxed,
    Atomic, //
};

pub fn count() -> Result {
    let mut count = 0; //[fail]
    let callback = move |_: &IrqsOff| count += 1; //[fail]
    let count = Atomic::<u32>::new(0); //[pass]
    let callback = move |_: &IrqsOff| count.add(1, Relaxed); //[pass]
    let work = Work::new(callback, Policy::Defer, GFP_KERNEL)?;
    drop(work);
    Ok(())
}
