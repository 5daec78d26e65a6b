// SPDX-License-Identifier: GPL-2.0

//! A `UniqueArc` is the only reference, so that no token holds another one.

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

pub fn idle<T>(object: Pin<UniqueArc<T>>) -> Idle<Arc<T>>
where
    T: HasCsd + CsdCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Idle::from(object)
}
