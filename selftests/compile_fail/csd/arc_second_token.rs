// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: the trait `From<Arc<T>>` is not implemented for `crosscall::csd::Idle<_>`
//! A right to queue that was made from an `Arc`, which others may have too,
//! could be the second one for its csd.
//! pass: A `UniqueArc` is the only reference, so that no token holds another
//! one.

include!("common/names.rs");

use kernel::sync::UniqueArc;

pub fn idle<T>(object: Arc<T>) -> Idle<Arc<T>> //[fail]
pub fn idle<T>(object: Pin<UniqueArc<T>>) -> Idle<Arc<T>> //[pass]
where
    T: HasCsd + CsdCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Idle::from(object)
}
