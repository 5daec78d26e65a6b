// SPDX-License-Identifier: GPL-2.0
//! expect: unused_must_use
//! Queueing may be refused, and then the work does not run.
//! pass: A caller that does not care says so.

include!("common/names.rs");

pub fn ring<T>(handle: &Handle<Arc<T>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.queue(); //[fail]
    _ = handle.queue(); //[pass]
}
