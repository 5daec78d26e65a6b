// SPDX-License-Identifier: GPL-2.0

//! When a wait gives up.

use crate::{
    clock::jiffies,
    context::TaskContext, //
};

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

#[cfg(not(crosscall_upstream))]
impl Limit {
    /// Whether a wait that began at `since`, in jiffies, is over.
    pub(crate) fn is_reached(self, since: usize, task: &TaskContext) -> bool {
        match self {
            Self::None => false,
            Self::Killed => task.is_killed(),
            // Where interrupts are off `jiffies` may stand still.
            Self::Timeout(timeout) => jiffies().wrapping_sub(since) >= timeout || !task.may_sleep(),
        }
    }
}
