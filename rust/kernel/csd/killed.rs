// SPDX-License-Identifier: GPL-2.0

//! The error of a wait that a fatal signal has ended.

use kernel::prelude::*;

/// A wait that has ended because its task got a fatal signal. As an [`Error`] it is `EINTR`.
#[must_use = "the token is in here"]
pub struct Killed<T> {
    /// The right to go on waiting, or to give the call up.
    pub in_flight: T,
}

impl<T> From<Killed<T>> for Error {
    fn from(_: Killed<T>) -> Self {
        EINTR
    }
}
