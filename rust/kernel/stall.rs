// SPDX-License-Identifier: GPL-2.0

//! Reports on a call that has not ended.

use kernel::{
    bindings,
    fmt,
    prelude::*, //
};

use crate::jiffies::recent;

/// Describes a call in flight: where it is, for how long, and which callback it runs.
///
/// A snapshot; the call may end meanwhile, and its module may go: nothing in here points to it.
#[derive(Clone, Copy, Debug)]
pub struct Stall {
    /// The CPU that the call was queued on.
    pub cpu: u32,
    /// Milliseconds since queueing, with the resolution of `jiffies`.
    pub age_ms: u64,
    /// Whether the callback has started.
    pub started: bool,
    function: Name,
    pub(crate) phase: Phase,
}

/// A copy of a callback's name, or of its end, which has the function's own.
///
/// # Invariants
///
/// The first `len` of `bytes` are UTF-8.
#[derive(Clone, Copy)]
struct Name {
    len: u8,
    bytes: [u8; Self::MAX],
}

impl Name {
    /// Keeps a `Stall`, and with it the errors of waits, below 128 bytes.
    const MAX: usize = 95;

    fn new(name: &str) -> Self {
        let mut start = name.len().saturating_sub(Self::MAX);
        while !name.is_char_boundary(start) {
            start += 1;
        }
        let end = &name.as_bytes()[start..];
        let len = end.len();
        let mut bytes = [0; Self::MAX];
        bytes[..len].copy_from_slice(end);
        // INVARIANT: The copied bytes are a whole number of characters.
        Self {
            len: len as u8,
            bytes,
        }
    }

    fn as_str(&self) -> &str {
        // SAFETY: By the type's invariant the first `len` bytes are UTF-8.
        unsafe { core::str::from_utf8_unchecked(&self.bytes[..self.len.into()]) }
    }
}

/// How far a call has come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Phase {
    /// The callback has yet to start.
    Queued,
    /// The callback runs.
    Running,
    /// The callback has returned, and the token is gone: the reaper has yet to drop what it owned.
    Ended,
    /// The reaper drops what it owned.
    Dropping,
}

impl Stall {
    /// The Rust type of the callback; of a long name the last 95 bytes.
    pub fn function(&self) -> &str {
        self.function.as_str()
    }

    /// `queued_at` is of the clock of [`recent`](crate::jiffies::recent), so that an age wraps
    /// after 49 days or more.
    pub(crate) fn since(queued_at: u32, cpu: u32, started: bool, function: &str) -> Self {
        let mut age = recent().wrapping_sub(queued_at);
        // The call may have been queued again meanwhile: then the age is 0, and not negative.
        if age > u32::MAX - (1 << 16) {
            age = 0;
        }
        // SAFETY: Always safe to call, with any value.
        let age_ms = unsafe { bindings::jiffies64_to_msecs(age.into()) };
        Self {
            cpu,
            age_ms,
            started,
            function: Name::new(function),
            phase: Phase::of(started),
        }
    }

    /// The same report for another CPU.
    pub(crate) fn at(self, cpu: u32, started: bool) -> Self {
        Self {
            cpu,
            started,
            phase: Phase::of(started),
            ..self
        }
    }

    /// The same report in another phase.
    pub(crate) fn in_phase(self, phase: Phase) -> Self {
        Self { phase, ..self }
    }
}

impl Phase {
    fn of(started: bool) -> Self {
        if started {
            Self::Running
        } else {
            Self::Queued
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl From<Stall> for Error {
    fn from(_: Stall) -> Self {
        ETIMEDOUT
    }
}

impl fmt::Display for Stall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Queued => "queued",
            Phase::Running => "running",
            Phase::Ended => "waiting to be dropped",
            Phase::Dropping => "being dropped",
        };
        f.write_fmt(fmt!(
            "cpu {} {} for {} ms: {}",
            self.cpu,
            phase,
            self.age_ms,
            self.function()
        ))
    }
}
