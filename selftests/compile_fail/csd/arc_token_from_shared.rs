// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! What the holder of a token shares is the object, not the right to queue it.
//! pass: The last reference can become a token again.

include!("common/names.rs");

pub fn second<T>(idle: &Idle<Arc<T>>) -> Option<Idle<Arc<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Some(Idle::from(idle.shared())) //[fail]
    Arc::into_unique_or_drop(idle.shared()).map(Idle::from) //[pass]
}
