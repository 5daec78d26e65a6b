// SPDX-License-Identifier: GPL-2.0

//! When a wait gives up.

/// When a waiter gives up.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    /// Never.
    None,
    /// When its task has got a fatal signal.
    Killed,
    /// After so many jiffies.
    #[cfg(not(crosscall_upstream))]
    Timeout(usize),
}
