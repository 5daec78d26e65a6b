// SPDX-License-Identifier: GPL-2.0
//! expect: E0271
//! What has a token must have a callback that knows of it: the callback of a
//! box gets a context, by which it queues itself.
//! pass: It has a handle.

include!("common/names.rs");

pub fn make<T>(object: Pin<KBox<T>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    drop(Idle::from(object)); //[fail]
    drop(Handle::from(object)); //[pass]
}
