// SPDX-License-Identifier: GPL-2.0

//! What is known of a call that does not end.

use kernel::{
    fmt,
    prelude::*, //
};

/// Describes a call in flight: where it is, for how long, and what it is to run.
///
/// A snapshot; the call may end meanwhile.
#[derive(Clone, Copy, Debug)]
pub struct Stall {
    /// The CPU that the call was queued on.
    pub cpu: u32,
    /// Milliseconds since queueing, with the resolution of `jiffies`.
    pub age_ms: u64,
    /// Whether the callback has started.
    pub started: bool,
    /// The Rust type of the callback.
    pub function: &'static str,
}

impl fmt::Display for Stall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = if self.started { "running" } else { "queued" };
        f.write_fmt(fmt!(
            "cpu {} {} for {} ms: {}",
            self.cpu,
            phase,
            self.age_ms,
            self.function
        ))
    }
}
