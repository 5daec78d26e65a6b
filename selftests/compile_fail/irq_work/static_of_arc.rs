// SPDX-License-Identifier: GPL-2.0
//! expect: E0271
//! An object that an `Arc` keeps must not have handles that do not count: not
//! even one that was leaked.
//! pass: One that was leaked and says so may.

include!("common/names.rs");

pub fn leak<T>(object: &'static T) -> Handle<&'static T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static, //[fail]
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Send + Sync + 'static, //[pass]
{
    object.into()
}
