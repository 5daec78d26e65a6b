// SPDX-License-Identifier: GPL-2.0
//! expect: E0271
//! The callback of an object that an `Arc` keeps clones that: it must not be in
//! a box.
//! pass: It is in an `Arc`.

include!("common/names.rs");

use kernel::sync::UniqueArc;

pub fn make<T>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>> //[fail]
pub fn make<T>(object: Pin<UniqueArc<T>>) -> Handle<Arc<T>> //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    object.into()
}
