// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! There is one right to queue an exclusive work.
//! pass: The handles of an `Arc` can be cloned: those works are claimed.

include!("common/names.rs");

fn two<H: Clone>(_handle: &H) {}

pub fn clone<T>(handle: &Idle<T>) //[fail]
pub fn clone<T>(handle: &Handle<Arc<T>>) //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + Sync + 'static, //[fail]
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static, //[pass]
{
    two(handle);
}
