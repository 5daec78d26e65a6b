// SPDX-License-Identifier: GPL-2.0

//! The last reference can become a token again.

use crosscall::csd::{
    CsdCallback,
    HasCsd,
    Idle, //
};
use kernel::sync::Arc;

pub fn second<T>(idle: &Idle<Arc<T>>) -> Option<Idle<Arc<T>>>
where
    T: HasCsd + CsdCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    Arc::into_unique_or_drop(idle.shared()).map(Idle::from)
}
