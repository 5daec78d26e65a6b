// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! An object that can still be moved must not be queued: a `UniqueArc` gives it
//! away.
//! pass: A pinned one does not.

include!("common/names.rs");

use kernel::sync::UniqueArc;

pub fn make<T>(object: UniqueArc<T>) -> Handle<Arc<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Handle::from(object) //[fail]
    Handle::from(Pin::from(object)) //[pass]
}
