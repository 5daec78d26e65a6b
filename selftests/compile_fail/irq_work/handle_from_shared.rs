// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! An object has one count of handles, which begins with the first one. A
//! reference that is shared must not begin it again.
//! pass: The last reference can become a handle again.

include!("common/names.rs");

pub fn second<T>(handle: &Handle<Arc<T>>) -> Option<Handle<Arc<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Some(Handle::from(handle.shared())) //[fail]
    Arc::into_unique_or_drop(handle.shared()).map(Handle::from) //[pass]
}
