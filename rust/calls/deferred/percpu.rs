// SPDX-License-Identifier: GPL-2.0

//! The data of each CPU, and the C functions that concern one CPU.

use kernel::{
    cpu::CpuId,
    ffi::c_void,
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
};

use super::{
    state::{
        self,
        Cpu,
        Marks,
        GROUP, //
    },
    Outcome, //
};
use crate::{
    calls::helpers,
    cpus,
    host::Gate,
    irq_work::online, //
    jiffies::jiffies,
};

/// What is counted: in the first half for the CPU that a request is for, in the second for the CPU
/// that makes it, which writes to no line of the other one.
#[derive(Clone, Copy)]
pub(super) enum Count {
    Deferred,
    Sent,
    Ipis,
    Ran,
    Cancelled,
    Coalesced,
    Refused,
    Offline,
}

pub(super) const COUNTS: [(Count, &str); 8] = [
    (Count::Deferred, "deferred"),
    (Count::Sent, "sent"),
    (Count::Coalesced, "coalesced"),
    (Count::Refused, "refused"),
    (Count::Offline, "offline"),
    (Count::Ipis, "ipis"),
    (Count::Ran, "ran"),
    (Count::Cancelled, "cancelled"),
];

/// The distance of two words that must not share a cache line: the longest line. Also in
/// `rust/helpers/deferred.c`, which checks it.
const LINE: usize = 256;

/// The first field of `struct deferred_cpu` in `rust/helpers/deferred.c`.
#[repr(C)]
pub(super) struct PerCpu {
    // Alone in its line: each kernel entry of the CPU reads it.
    pub(super) marks: Marks,
    _line: [u8; LINE - size_of::<Marks>()],
    pub(super) cpu: Cpu,
    counts: [Atomic<u64>; COUNTS.len()],
}

static_assert!(core::mem::offset_of!(PerCpu, marks) == 0);
static_assert!(core::mem::offset_of!(PerCpu, cpu) == LINE);
// The size of `words` in `rust/helpers/deferred.c`.
static_assert!(size_of::<PerCpu>() == LINE + 10 * size_of::<u64>());

impl PerCpu {
    /// `None`: the CPU is not possible.
    #[inline]
    pub(super) fn of(cpu: CpuId) -> Option<&'static Self> {
        // SAFETY: The helper checks the CPU. The storage is zeroed, which is valid for all of its
        // fields; all access is atomic. It is valid until crosscall goes, and this code with it.
        unsafe {
            helpers::rust_helper_deferred_cpu(cpu.as_u32())
                .cast::<Self>()
                .as_ref()
        }
    }

    /// The data of all possible CPUs.
    pub(super) fn all() -> impl Iterator<Item = (CpuId, &'static Self)> {
        cpus::possible_cpus().filter_map(|cpu| Some((cpu, Self::of(cpu)?)))
    }

    pub(super) fn count(&self, what: Count) {
        self.counts[what as usize].add(1, ordering::Relaxed);
    }

    pub(super) fn counted(&self, what: Count) -> u64 {
        self.counts[what as usize].load(ordering::Relaxed)
    }
}

/// Counts the outcome of a request to the CPU whose data `asked` is.
pub(super) fn count_outcome(asked: &PerCpu, outcome: Outcome) {
    let what = match outcome {
        Outcome::Deferred => return asked.count(Count::Deferred),
        Outcome::Sent => return asked.count(Count::Sent),
        Outcome::AlreadyPending => Count::Coalesced,
        Outcome::Offline => Count::Offline,
        Outcome::Refused | Outcome::ShutDown => Count::Refused,
    };
    // It does not matter if the task migrates meanwhile.
    if let Some(here) = PerCpu::of(CpuId::current()) {
        here.count(what);
    }
}

/// The data of a CPU and a group of works.
#[repr(C, align(64))]
pub(super) struct Row {
    pub(super) words: state::Row,
    /// `jiffies` when each bit was set. For reports and deadlines.
    since: [Atomic<usize>; GROUP],
}

impl Row {
    /// Takes note of the time, for a bit that is about to be set. (If another request is about to
    /// set it, too, its time may be a little late, but no bit has the time of an earlier one.)
    pub(super) fn stamp(&self, slot: usize) {
        self.since[slot].store(jiffies(), ordering::Relaxed);
    }

    /// For how many jiffies a work has been pending.
    pub(super) fn age(&self, slot: usize) -> usize {
        // ORDERING: Acquire: the time is read after the stamp. (It may be older on a weak machine,
        // like the clock of a CPU that lags. Litmus test: deferred-age.)
        let since = self.since[slot].load(ordering::Acquire);
        let age = jiffies().wrapping_sub(since);
        // Another request may have been stamped meanwhile.
        usize::try_from(age as isize).unwrap_or(0)
    }
}

/// A CPU that was online when this was made: preemption is off, so that an IPI that is sent to it
/// before this is dropped arrives.
pub(super) struct Online {
    cpu: CpuId,
    _gate: Gate,
}

impl Online {
    /// `callback` is the code of the work, which must not be of a module that goes.
    pub(super) fn new(cpu: CpuId, callback: *const c_void) -> Result<Self, Outcome> {
        let gate = Gate::enter(callback).map_err(|_| Outcome::ShutDown)?;
        if !online::takes_works(cpu, false) {
            return Err(Outcome::Offline);
        }
        Ok(Self { cpu, _gate: gate })
    }

    pub(super) fn cpu(&self) -> CpuId {
        self.cpu
    }

    /// Whether the CPU is in user mode, and will pass the hook on its way out.
    #[inline]
    pub(super) fn is_in_user(&self) -> bool {
        // SAFETY: The CPU is possible.
        unsafe { helpers::rust_helper_deferred_in_user(self.cpu.as_u32()) }
    }

    /// Interrupts the CPU. Returns whether that was possible.
    ///
    /// # Safety
    ///
    /// The caller must have got the right to send the IPI from [`Cpu::kick`], and must not be in an
    /// NMI.
    pub(super) unsafe fn send(&self, per_cpu: &PerCpu) -> bool {
        per_cpu.count(Count::Ipis);
        // SAFETY: The caller promises to have the right to send the IPI, so that the csd is not in
        // use, and that this is no NMI. Preemption is off, inside the gate, and the CPU was online.
        let err = unsafe { helpers::rust_helper_deferred_kick(self.cpu.as_u32()) };
        if err != 0 {
            // Only when the machine goes down, which takes CPUs offline without CPU hotplug.
            per_cpu.cpu.answer();
        }
        err == 0
    }

    /// Ensures that the CPU soon takes all that is pending now. Not from NMI.
    pub(super) fn kick(&self, per_cpu: &PerCpu) {
        if per_cpu.cpu.kick() {
            // SAFETY: `kick()` has given the right to send; callers have tested that this is no
            // NMI, or are the timer.
            unsafe { self.send(per_cpu) };
        }
    }
}
