// SPDX-License-Identifier: GPL-2.0

//! [`Debug`](fmt::Debug) for all types of the calls; see `kernel/debug.rs`.

use kernel::fmt;

use super::{
    deferred,
    many,
    quiesce,
    shared, //
};
use crate::debug::debug_by_name;

debug_by_name! {
    "Idle" impl{C: many::Callback} many::Idle<C>;
    "Done" impl{C: many::Callback} many::Done<C>;
    "Iter" impl{C: many::Callback} many::Iter<'_, C>;
    "Drain" impl{C: many::Callback} many::Drain<'_, C>;

    "Overlapping" impl{} shared::Overlapping;
    "Serial" impl{} shared::Serial;
    "Context" impl{M: shared::Mode} shared::Context<M>;
    "Call" impl{M: shared::Mode, F: shared::Callback<M>} shared::Call<M, F>;

    "Work" impl{T: deferred::Deferred} deferred::Work<T>;

    "Callback" impl{A: ?Sized} quiesce::Callback<A>;
    "Handler" impl{T: Send + Sync + 'static} quiesce::Handler<T>;
    "Quiesced" impl{T: Send + Sync + 'static} quiesce::Quiesced<T>;
    "Quiescing" impl{T: Send + Sync + 'static} quiesce::Quiescing<T>;
}

/// Shows the CPUs that have yet to end.
impl<C: many::Callback> fmt::Debug for many::InFlight<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InFlight ")?;
        f.debug_list().entries(self.missing()).finish()
    }
}
