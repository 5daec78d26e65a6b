// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! What may be done in the callback only is not in a handle.
//! pass: A handle queues.

include!("common/names.rs");

pub fn ring<T>(handle: &Handle<Arc<T>>) -> Result<bool>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.requeue() //[fail]
    handle.queue() //[pass]
}
