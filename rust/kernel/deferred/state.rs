// SPDX-License-Identifier: GPL-2.0

//! Whose turn it is to run a work on a CPU: the words of one CPU and their transitions.
//!
//! This file knows nothing of slots, IPIs or tracepoints, so that a model checker on the host can
//! compile the very same source.
//!
//! A work has one bit in `pending` of each CPU. **Whoever clears the bit owns the run**: the CPU
//! itself, which runs the work, or somebody who revokes it.
//!
//! | bit | who may change it             | to                                         |
//! |-----|-------------------------------|--------------------------------------------|
//! | 0   | a sender, `request()`         | 1: one run is owed                         |
//! | 1   | the CPU, `take()`             | 0: it runs the work, now                   |
//! | 1   | anyone, `revoke()`            | 0: nobody runs it                          |
//! | 1   | `request_only()`, its own bit | 0: refused after all                       |
//!
//! | `kicked` | meaning                                                                     |
//! |----------|-----------------------------------------------------------------------------|
//! | 0        | the CPU's IPI may be used; who sets this owns it until the CPU answers      |
//! | 1        | an IPI is on its way; what is pending when it arrives will be taken         |
//!
//! `runs` is odd while the CPU runs works.
//!
//! # Why a deferred work is not missed
//!
//! The sender sets the bit and then reads whether the CPU is in user mode; the CPU leaves user mode
//! and then reads the bit. Each has a full barrier in between (`fetch_or()` here,
//! `ct_state_inc()` in `kernel/context_tracking.c`), so one of them sees the other (the LKMM's
//! store buffering, SB+mbonce+mbonce):
//!
//! ```text
//!   sender                                 CPU
//!   W pending |= bit                       W context_tracking.state: USER -> KERNEL
//!   full barrier                           full barrier
//!   R context_tracking.state == USER       R pending                  => has the bit
//!                             != USER      (either)                   => the sender sends an IPI
//! ```
//!
//! # Why an IPI that somebody else sent is enough
//!
//! The same with `kicked` in the place of the CPU's state: the CPU writes 0 before it takes, the
//! sender sets the bit before it finds 1.

use kernel::sync::atomic::{
    ordering,
    Atomic, //
};

/// How many works there can be: the bits of a word.
pub(super) const SLOTS: usize = u64::BITS as usize;

/// What has become of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Request {
    /// The bit was set: the run that it stands for is yet to come.
    Coalesced,
    /// The CPU will take the bit when it leaves user mode, or has taken it already.
    Deferred,
    /// The caller has to send the IPI, which it now owns.
    MustKick,
    /// An IPI that will take the bit is on its way.
    Kicked,
    /// The bit is not set, and nothing will run. Of [`Cpu::request_only`].
    Refused,
}

/// The words of one CPU. Any CPU may write to all of them but `runs`.
#[repr(C)]
pub(super) struct Cpu {
    // First: the probe in rust/helpers/deferred.c reads it.
    pending: Atomic<u64>,
    only: Atomic<u64>,
    kicked: Atomic<u32>,
    runs: Atomic<u32>,
}

/// Sets bits, and returns what was there. Fully ordered also if nothing changes.
fn fetch_or(word: &Atomic<u64>, bits: u64) -> u64 {
    let mut old = word.load(ordering::Relaxed);
    loop {
        // ORDERING: Full; see above, and each caller.
        match word.cmpxchg(old, old | bits, ordering::Full) {
            Ok(_) => return old,
            Err(now) => old = now,
        }
    }
}

/// Clears bits, and returns what was there. Fully ordered also if nothing changes.
fn fetch_and_not(word: &Atomic<u64>, bits: u64) -> u64 {
    let mut old = word.load(ordering::Relaxed);
    loop {
        // ORDERING: Full; see above, and each caller.
        match word.cmpxchg(old, old & !bits, ordering::Full) {
            Ok(_) => return old,
            Err(now) => old = now,
        }
    }
}

impl Cpu {
    /// Asks for a run of the work `bit`; never takes back what it asked for.
    ///
    /// `in_user` reads whether the CPU is in user mode, and would pass [`Self::take`] on its way
    /// out.
    pub(super) fn request(&self, bit: u64, in_user: impl FnOnce() -> bool) -> Request {
        // ORDERING: Full. Before the read of the CPU's state, see above; after the caller's earlier
        // writes, which the run that takes the bit sees, coalesced or not: pairs with `take()`.
        if fetch_or(&self.pending, bit) & bit != 0 {
            Request::Coalesced
        } else if in_user() || self.pending() & bit == 0 {
            Request::Deferred
        } else {
            self.interrupt()
        }
    }

    /// As [`Self::request`], of a CPU that is to be interrupted in any case.
    pub(super) fn request_now(&self, bit: u64) -> Request {
        // ORDERING: Full, as in `request()`; before `kick()`, see above.
        if fetch_or(&self.pending, bit) & bit != 0 {
            Request::Coalesced
        } else {
            self.interrupt()
        }
    }

    fn interrupt(&self) -> Request {
        if self.kick() {
            Request::MustKick
        } else {
            Request::Kicked
        }
    }

    /// Asks for a run of the work `bit` unless that takes an IPI.
    ///
    /// For works whose requests *all* come through here. This may take the bit back, so that it
    /// must not be relied on by others meanwhile: they are refused.
    pub(super) fn request_only(&self, bit: u64, in_user: impl FnOnce() -> bool) -> Request {
        // ORDERING: Full, hence acquire: pairs with the end of the attempt before.
        if fetch_or(&self.only, bit) & bit != 0 {
            return Request::Refused;
        }
        // ORDERING: Full, as in `request()`.
        let request = if fetch_or(&self.pending, bit) & bit != 0 {
            Request::Coalesced
        } else if in_user() {
            Request::Deferred
        } else if self.revoke(bit) {
            Request::Refused
        } else {
            // The CPU, or somebody who cancels, was faster: what the bit stood for is theirs.
            Request::Deferred
        };
        // ORDERING: Full, hence release: the bit is settled before others may rely on it.
        fetch_and_not(&self.only, bit);
        request
    }

    /// Takes the right to send the CPU's IPI. If another one has it, then what is pending now will
    /// be taken: see above.
    #[must_use = "the IPI must be sent"]
    pub(super) fn kick(&self) -> bool {
        // ORDERING: Full: after the bit was set, see above; its acquire half sees that the C csd
        // was unlocked before the last answer.
        self.kicked.xchg(1, ordering::Full) == 0
    }

    /// The IPI has arrived, and [`Self::take`] follows. (Or it could not be sent, and nothing will
    /// ever run there.)
    pub(super) fn answer(&self) {
        // ORDERING: Release, after the C csd was unlocked; pairs with `kick()`. Before the full
        // barrier of `take()`, see above.
        self.kicked.store(0, ordering::Release);
    }

    /// Takes all that is pending. By the CPU itself, which has to run it before anything else.
    pub(super) fn take(&self) -> u64 {
        // ORDERING: Full; its acquire half sees the writes of every request in the word.
        self.pending.xchg(0, ordering::Full)
    }

    /// Takes a work back: whether a run of it was owed, which nobody runs now.
    pub(super) fn revoke(&self, bit: u64) -> bool {
        fetch_and_not(&self.pending, bit) & bit != 0
    }

    /// The CPU starts to run works. Returns false if it is doing so already, which is a bug of a
    /// work.
    pub(super) fn begin_run(&self) -> bool {
        let runs = self.runs.load(ordering::Relaxed);
        if runs & 1 != 0 {
            // Left alone: the other run may be about to end, on another CPU if it has slept.
            return false;
        }
        // ORDERING: none needed; the full barrier of `take()` follows, and pairs with
        // `is_settled()`.
        self.runs.store(runs | 1, ordering::Relaxed);
        true
    }

    /// All that was taken since [`Self::begin_run`] has run.
    pub(super) fn end_run(&self) {
        let runs = self.runs.load(ordering::Relaxed);
        // ORDERING: Release, after what the works did; pairs with `is_settled()`.
        self.runs.store(runs.wrapping_add(1), ordering::Release);
    }

    /// Whether all runs of `bits` that were owed have ended.
    pub(super) fn is_settled(&self, bits: u64) -> bool {
        // ORDERING: Acquire. Who sees that the bit was taken sees that `runs` was odd then; who
        // sees it even again sees what the works did.
        self.pending.load(ordering::Acquire) & bits == 0 && !self.is_running()
    }

    /// Which run it is: odd while the CPU runs works.
    pub(super) fn run(&self) -> u32 {
        // ORDERING: Acquire, see `is_settled()`.
        self.runs.load(ordering::Acquire)
    }

    /// Whether the CPU runs works.
    pub(super) fn is_running(&self) -> bool {
        self.run() & 1 != 0
    }

    /// What is pending. A snapshot.
    pub(super) fn pending(&self) -> u64 {
        self.pending.load(ordering::Relaxed)
    }

    /// Whether an IPI is on its way. A snapshot, for who makes sure that there will be no other.
    pub(super) fn is_kicked(&self) -> bool {
        // ORDERING: Acquire: pairs with `answer()`.
        self.kicked.load(ordering::Acquire) != 0
    }
}
