// SPDX-License-Identifier: GPL-2.0
//! expect: E0521
//! A borrow that ends gives no handle, which need not.
//! pass: One for good does.

include!("common/names.rs");

pub fn make<T>(object: &T) -> Handle<&'static T> //[fail]
pub fn make<T>(object: &'static T) -> Handle<&'static T> //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Send + Sync + 'static,
{
    Handle::from(object)
}
