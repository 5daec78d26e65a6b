// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! There is nothing to wait for before the work is queued.
//! pass: Then there is.

include!("common/names.rs");

pub fn wait<T>(idle: Idle<T>, task: &TaskContext) -> Result<Idle<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Ok(idle.wait(task)) //[fail]
    Ok(idle.queue()?.wait(task)) //[pass]
}
