// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! A reference to the object does not keep it, and gives no right to queue it.
//! pass: A handle does both.

include!("common/names.rs");

pub fn ring<T>(handle: &Handle<Arc<T>>) -> Result<bool>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.shared().queue() //[fail]
    handle.queue() //[pass]
}
