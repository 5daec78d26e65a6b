// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! A handle must not give a mutable reference: other handles, and the
//! callbacks, have the object too.
//! pass: It gives a shared one.

include!("common/names.rs");

pub fn object<T>(handle: &mut Handle<Arc<T>>) -> Arc<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.as_mut() //[fail]
    handle.shared() //[pass]
}
