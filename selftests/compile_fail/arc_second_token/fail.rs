// SPDX-License-Identifier: GPL-2.0

//! expect: E0277
//! expect-text: the trait `From<Arc<T>>` is not implemented for `crosscall::csd::Idle<_>`
//!
//! A right to queue that was made from an `Arc`, which others may have too, could be the second
//! one for its csd.

use crosscall::csd::{
    CsdCallback,
    HasCsd,
    Idle, //
};
use kernel::{
    prelude::*,
    sync::{
        Arc,
        UniqueArc, //
    },
};

pub fn idle<T>(object: Arc<T>) -> Idle<Arc<T>>
where
    T: HasCsd + CsdCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Idle::from(object)
}
