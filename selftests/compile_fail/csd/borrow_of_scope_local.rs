// SPDX-License-Identifier: GPL-2.0
//! expect: E0373
//! What a callback borrows must outlive the scope: a variable of the scope's
//! closure is gone before the scope has waited.
//! pass: A variable from before the scope outlives it.

include!("common/names.rs");

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

pub fn count(task: &TaskContext, cpu: CpuId) -> Result {
    let count = Atomic::new(0); //[pass]
    let mut room = None;
    csd::scope(task, |scope| {
        let count = Atomic::new(0); //[fail]
        let slot = room.insert(csd::Slot::new(|_| count.add(1, ordering::Relaxed)));
        drop(scope.call_on(slot, cpu)?);
        Ok(())
    })
}
