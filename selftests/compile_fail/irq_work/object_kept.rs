// SPDX-License-Identifier: GPL-2.0
//! expect: uncoded
//! expect-text: lifetime may not live long enough
//! What a handle gives access to is there as long as the handle.
//! pass: The reference lives as long as the borrow of the handle.

include!("common/names.rs");

pub fn keep<T>(handle: &Handle<Arc<T>>) -> &'static T //[fail]
pub fn keep<T>(handle: &Handle<Arc<T>>) -> &T //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    &**handle
}
