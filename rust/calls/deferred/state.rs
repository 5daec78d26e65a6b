// SPDX-License-Identifier: GPL-2.0

//! Which side runs a work on a CPU: the words of one CPU and their transitions.
//!
//! This file knows nothing of slots, IPIs or tracepoints, so that a model checker on the host can
//! compile the very same source.
//!
//! Works are in groups of 64. On each CPU a work has one bit in the `pending` word of its group's
//! [`Row`]. **The code that clears the bit owns the run**: the CPU itself, which runs the work, or
//! a caller that revokes it.
//!
//! | bit | changed by                    | to                                         |
//! |-----|-------------------------------|--------------------------------------------|
//! | 0   | a sender, `request()`         | 1: one run is owed                         |
//! | 1   | a sender, `request()`         | 1: writes nothing, and shares that run     |
//! | 1   | the CPU, `take()`             | 0: it runs the work, now                   |
//! | 1   | any caller, `revoke()`        | 0: the work does not run                   |
//! | 1   | `request_only()`, its own bit | 0: refused after all                       |
//!
//! The CPU's kernel entry reads one word, [`Marks`], which has a bit for each group that the CPU
//! has to look at. It is a hint: a set mark does not mean that a run is owed.
//!
//! | mark | changed by                          | to                                        |
//! |------|-------------------------------------|-------------------------------------------|
//! | 0    | a sender, *after* it has set a bit  | 1: the CPU will look at the group's row   |
//! | 1    | the CPU, *before* it takes the rows | 0: it looks now                           |
//!
//! Only the CPU clears a mark: a revoked work leaves it set, and the CPU then finds nothing.
//!
//! | `kicked` | meaning                                                                     |
//! |----------|-----------------------------------------------------------------------------|
//! | 0        | the CPU's IPI is free; the sender that sets 1 owns it until the CPU answers |
//! | 1        | an IPI is on its way; what is pending when it arrives will be taken         |
//!
//! `runs` is odd while the CPU runs works. A callback that sleeps, or turns interrupts on, is a
//! bug: the CPU may begin another run then, which may last longer, and which `inner_runs` counts.
//!
//! # Why a deferred work is not missed
//!
//! The sender sets the bit, then the mark, and then reads whether the CPU is in user mode; the CPU
//! leaves user mode and then reads the marks. Each has a full barrier in between (`fetch_or()`
//! here, `ct_state_inc()` in `kernel/context_tracking.c`), so one of them sees the other (the
//! LKMM's store buffering, SB+fencembonceonces):
//!
//! ```text
//!   sender                                 CPU
//!   W marks |= group                       W context_tracking.state: USER -> KERNEL
//!   full barrier                           full barrier
//!   R context_tracking.state == USER       R marks                    => has the group
//!                             != USER      (either)                   => the sender sends an IPI
//! ```
//!
//! The CPU clears the mark and then reads the row, with a full barrier in between; the sender set
//! the bit before the mark, with another one. Hence the CPU sees the bit.
//!
//! # Why a request that finds the bit set need not write
//!
//! Store buffering again. The sender writes what the run must see and then reads the bit; the CPU
//! clears the bit and then reads what the sender wrote, in the callback. If the sender reads the
//! bit from before it was cleared, the run sees what the sender wrote:
//!
//! ```text
//!   sender                                 CPU
//!   W message                              W pending = 0              (of `take()`)
//!   full barrier                           full barrier               (of `take()`)
//!   R pending: the bit is set              R message                  => the sender's
//! ```
//!
//! The mark may not be set yet, because the sender that has set the bit is on its way there. Then
//! the request sets it: a CPU that enters the kernel later, or that is made to run what is pending,
//! finds the work, however long that sender takes.
//!
//! # Why an IPI that another sender sent is enough
//!
//! The first argument holds with `kicked` in the place of the CPU's state: the CPU writes 0 before
//! it takes, the sender sets bit and mark before it finds 1.

use kernel::{
    bindings,
    sync::atomic::{
        ordering,
        Atomic, //
    }, //
};

/// The number of works in a group: the bits of a word. Also the number of marks; one mark may stand
/// for several groups.
pub(super) const GROUP: usize = u64::BITS as usize;

/// The outcome of a request.
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
    /// The bit is not set, and nothing will run. Of [`Place::request_only`].
    Refused,
}

/// All that a CPU's kernel entry reads while no work is queued for that CPU. No CPU writes to it
/// then.
#[repr(C)]
pub(super) struct Marks(Atomic<u64>);

/// The other words of a CPU. Any CPU may write to `kicked`.
#[repr(C)]
pub(super) struct Cpu {
    kicked: Atomic<u32>,
    runs: Atomic<u32>,
    /// How many runs are under way that have begun within another one: only after a bug.
    inner_runs: Atomic<u32>,
}

/// The words of a CPU and a group of works. Any CPU may write to them.
#[repr(C)]
pub(super) struct Row {
    pending: Atomic<u64>,
    only: Atomic<u64>,
}

/// A work and a CPU.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) marks: &'a Marks,
    pub(super) cpu: &'a Cpu,
    pub(super) row: &'a Row,
    /// The bit of the group in `marks`.
    pub(super) group: u64,
    /// The bit of the work in the words of `row`.
    pub(super) bit: u64,
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

impl Marks {
    /// The groups that the CPU has to look at. A snapshot.
    pub(super) fn get(&self) -> u64 {
        self.0.load(ordering::Relaxed)
    }

    /// Takes all marks. By the CPU itself, which then takes the rows of all their groups.
    pub(super) fn take(&self) -> u64 {
        // ORDERING: Full. Before the rows are taken: pairs with the full barrier between bit and
        // mark in `set()`, see above. Litmus tests: deferred-mark, deferred-marked, deferred-two.
        self.0.xchg(0, ordering::Full)
    }
}

impl Row {
    /// What is pending. A snapshot.
    pub(super) fn pending(&self) -> u64 {
        self.pending.load(ordering::Relaxed)
    }

    /// What is pending, for a caller that then looks at the works, or at their stamps.
    pub(super) fn peek(&self) -> u64 {
        // ORDERING: Acquire: a caller that sees a bit finds the work that it was set for, and not
        // the one that was in its slot before, and finds its stamp. Pairs with `set()`. And before
        // the read of the mark in `joins()`. Litmus tests: deferred-reused, deferred-stamp,
        // deferred-rejoined.
        self.pending.load(ordering::Acquire)
    }

    /// Takes all that is pending. By the CPU itself, which has to run it before anything else.
    pub(super) fn take(&self) -> u64 {
        // ORDERING: Full. Its acquire half sees what the sender wrote that has set a bit; its full
        // barrier, before the callback's reads, pairs with that of `joins()`. Litmus tests:
        // deferred-revoked, deferred-coalesced.
        self.pending.xchg(0, ordering::Full)
    }
}

impl Place<'_> {
    /// Whether a run is owed that sees what the caller has written. Writes nothing. For bits that
    /// are not revoked by `request_only()`.
    pub(super) fn joins(&self) -> bool {
        if !self.is_pending() {
            return false;
        }
        // ORDERING: Between the caller's earlier writes and the load that counts; pairs with the
        // full barrier of `Row::take()`, see above. Litmus tests: deferred-coalesced,
        // deferred-entry, deferred-flush.
        //
        // SAFETY: Always safe to call.
        unsafe { bindings::smp_mb() };
        // The bit before the mark: a mark from before may stand for a run that had yet to come when
        // the bit was revoked and set anew. Litmus test: deferred-rejoined.
        self.row.peek() & self.bit != 0 && self.is_marked()
    }

    /// Whether the CPU will look at the work's row when it takes next. The sender that has set the
    /// bit may not have come to the mark yet.
    fn is_marked(&self) -> bool {
        self.marks.get() & self.group != 0
    }

    /// Sets the bit and the mark. Returns false if the bit was set already.
    fn set(&self) -> bool {
        // ORDERING: Full. After the caller's earlier writes, which the run that takes the bit sees,
        // coalesced or not: pairs with `Row::take()`. Before the mark: pairs with `Marks::take()`.
        // Litmus tests: deferred-row, deferred-marked, deferred-nmi.
        let was_clear = fetch_or(&self.row.pending, self.bit) & self.bit == 0;
        // A CPU that enters the kernel after a coalesced request has returned runs the work first:
        // that request does not rely on another sender's coming to the mark.
        if was_clear || !self.is_marked() {
            self.mark();
        }
        was_clear
    }

    /// Ensures that the CPU looks at the work's row when it takes next.
    fn mark(&self) {
        // ORDERING: Full. Before the read of the CPU's state, and before `kick()`: see above.
        // Litmus tests: deferred-mark, deferred-again, deferred-kicked.
        fetch_or(&self.marks.0, self.group);
    }

    /// Asks for a run of the work, and never revokes the request.
    ///
    /// For a caller that has found [`Self::joins`] false. `in_user` reads whether the CPU is in
    /// user mode, and would pass [`Marks::take`] on its way out.
    pub(super) fn request(&self, in_user: impl FnOnce() -> bool) -> Request {
        if !self.set() {
            Request::Coalesced
        } else if in_user() || !self.is_pending() {
            Request::Deferred
        } else {
            self.interrupt()
        }
    }

    /// Like [`Self::request`], for a CPU that is interrupted in any case.
    pub(super) fn request_now(&self) -> Request {
        if !self.set() {
            Request::Coalesced
        } else {
            self.interrupt()
        }
    }

    fn interrupt(&self) -> Request {
        if self.cpu.kick() {
            Request::MustKick
        } else {
            Request::Kicked
        }
    }

    /// Asks for a run of the work unless that takes an IPI.
    ///
    /// For works whose requests *all* come through here. This may revoke the bit, so that no other
    /// request may rely on it meanwhile: those are refused.
    pub(super) fn request_only(&self, in_user: impl FnOnce() -> bool) -> Request {
        // ORDERING: Full, hence acquire: pairs with the end of the attempt before. Litmus tests:
        // deferred-only, deferred-taken-back.
        if fetch_or(&self.row.only, self.bit) & self.bit != 0 {
            return Request::Refused;
        }
        let request = if !self.set() {
            Request::Coalesced
        } else if in_user() {
            Request::Deferred
        } else if self.revoke() {
            Request::Refused
        } else {
            // The CPU, or a canceller, was faster: what the bit stood for is theirs.
            Request::Deferred
        };
        // ORDERING: Full, hence release: the bit is settled before other requests may rely on it.
        // Litmus test: deferred-only.
        fetch_and_not(&self.row.only, self.bit);
        request
    }

    /// Revokes a work, and returns whether a run was owed, which now does not happen. Writes
    /// nothing if the bit is clear.
    pub(super) fn revoke(&self) -> bool {
        // ORDERING: Acquire. A caller that sees that the CPU has taken the bit sees that `runs` was
        // odd then; pairs with `Row::take()`. Litmus tests: deferred-revoked, deferred-settled.
        self.row.pending.load(ordering::Acquire) & self.bit != 0
            && fetch_and_not(&self.row.pending, self.bit) & self.bit != 0
    }

    /// Whether a run is owed. A snapshot.
    pub(super) fn is_pending(&self) -> bool {
        self.row.pending() & self.bit != 0
    }

    /// Whether all runs that were owed have ended.
    pub(super) fn is_settled(&self) -> bool {
        // ORDERING: Acquire. A caller that sees that the bit was taken sees that `runs` was odd
        // then; one that sees it even again sees what the works did. Litmus test: deferred-settled.
        self.row.pending.load(ordering::Acquire) & self.bit == 0 && !self.cpu.is_running()
    }
}

impl Cpu {
    /// Takes the right to send the CPU's IPI. If another one has it, then what is pending now will
    /// be taken: see above.
    #[must_use = "the IPI must be sent"]
    pub(super) fn kick(&self) -> bool {
        // ORDERING: Full: after bit and mark were set, see above; its acquire half sees that the C
        // csd was unlocked before the last answer. Litmus tests: deferred-kicked, deferred-csd.
        self.kicked.xchg(1, ordering::Full) == 0
    }

    /// Notes that the IPI has arrived; [`Marks::take`] follows. (Or that it could not be sent, and
    /// nothing will ever run there.)
    pub(super) fn answer(&self) {
        // ORDERING: Release, after the C csd was unlocked; pairs with `kick()`. Before the full
        // barrier of `Marks::take()`, see above. Litmus tests: deferred-kicked, deferred-csd.
        self.kicked.store(0, ordering::Release);
    }

    /// Begins to run works. Returns false if the CPU is doing so already, which is a bug of a work.
    /// [`Self::end_run`] must get what this returns.
    pub(super) fn begin_run(&self) -> bool {
        let runs = self.runs.load(ordering::Relaxed);
        let is_outermost = runs & 1 == 0;
        // ORDERING: none needed; the full barrier of `Marks::take()` follows, and pairs with
        // `is_settled()`. Litmus test: deferred-settled.
        if is_outermost {
            self.runs.store(runs | 1, ordering::Relaxed);
        } else {
            // The other run may be about to end, on another CPU if it has slept, and before this
            // one.
            self.inner_runs.fetch_add(1, ordering::Relaxed);
        }
        is_outermost
    }

    /// Ends the run: all that was taken since [`Self::begin_run`] has run.
    pub(super) fn end_run(&self, is_outermost: bool) {
        if !is_outermost {
            // ORDERING: Release, as below. Litmus test: deferred-settled.
            self.inner_runs.fetch_sub(1, ordering::Release);
            return;
        }
        let runs = self.runs.load(ordering::Relaxed);
        // ORDERING: Release, after what the works did; pairs with `is_settled()`. Litmus test:
        // deferred-settled.
        self.runs.store(runs.wrapping_add(1), ordering::Release);
    }

    /// The number of the run: odd while the CPU runs works.
    pub(super) fn run(&self) -> u32 {
        // ORDERING: Acquire, see `is_settled()`. Litmus test: deferred-settled.
        self.runs.load(ordering::Acquire)
    }

    /// Whether runs are under way that have begun within another one.
    fn has_inner_runs(&self) -> bool {
        // ORDERING: Acquire, see `is_settled()`. Litmus test: deferred-settled.
        self.inner_runs.load(ordering::Acquire) != 0
    }

    /// Whether the CPU runs works.
    pub(super) fn is_running(&self) -> bool {
        self.run() & 1 != 0 || self.has_inner_runs()
    }

    /// Whether all runs have ended that had begun when [`Self::run`] returned `run`.
    pub(super) fn has_ended(&self, run: u32) -> bool {
        (run & 1 == 0 || self.run() != run) && !self.has_inner_runs()
    }

    /// Whether an IPI is on its way. A snapshot, for a caller that ensures that no other IPI is
    /// sent.
    pub(super) fn is_kicked(&self) -> bool {
        // ORDERING: Acquire: pairs with `answer()`. Litmus test: deferred-csd.
        self.kicked.load(ordering::Acquire) != 0
    }
}
