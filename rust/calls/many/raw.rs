// SPDX-License-Identifier: GPL-2.0

//! The part of a call that does not depend on its callback's type.
//!
//! What happens to a call, and what is touched last:
//!
//! ```text
//!   queue()               head.start()
//!                         for each CPU: smp_call_function_single_async() --.
//!                         countdown.queued() -> last? hand_over()          | IPI, or inline
//!   element_trampoline()  callback, result <-------------------------------'
//!                         countdown.ran() -> not the last   <- last touch of the storage
//!                                         -> last: hand_over()
//!   hand_over()           as for a csd call, see csd/raw.rs
//! ```
//!
//! So an element is not queued again while any CPU may still look at one of the same call: the
//! right to queue comes back from whoever counted down to 0.

use kernel::{
    cpu::CpuId,
    error::Result,
    ffi::c_void,
    prelude::*, //
};

use super::{
    element::{
        Elements,
        RawElement, //
    },
    state::{
        Countdown,
        Step, //
    },
};
use crate::{
    context::TaskContext,
    cpus,
    csd::{
        raw::{
            RawCsd,
            Vtable, //
        },
        trampoline, //
    },
    host::{
        self,
        Entry,
        Gate,
        Registered, //
    },
    stall::Stall, //
};

/// A call without its callback's type.
///
/// # Invariants
///
/// Once it has an owner, `elements` have been initialised with the address of `self`. `entry` is
/// not in the registry after the drop.
#[pin_data(PinnedDrop)]
#[repr(C)]
pub(super) struct RawMany {
    /// What is one in a call: its state, its completion, and what the reaper takes.
    #[pin]
    pub(super) head: RawCsd,
    countdown: Countdown,
    pub(super) elements: Elements,
    entry: Entry,
}

impl RawMany {
    /// Initialises a call, but for its elements.
    pub(super) fn new(
        vtable: &'static Vtable,
        name: &'static str,
        elements: Elements,
    ) -> impl PinInit<Self> {
        pin_init!(Self {
            head <- RawCsd::new(vtable, name),
            countdown: Countdown::new(),
            elements,
            entry: Entry::new::<Self>(),
        })
    }

    /// Enters the call into the registry.
    ///
    /// # Safety
    ///
    /// `self` is dropped before its memory goes.
    pub(super) unsafe fn register(&self) {
        // SAFETY: `drop()` takes it out.
        unsafe { self.entry.add(self.callback()) };
    }

    /// Gets the right to queue the callback. A refusal is counted.
    ///
    /// # Errors
    ///
    /// `EPERM`: this is an NMI. `ESHUTDOWN`: the module that the callback belongs to is being
    /// unloaded, or gone.
    pub(super) fn enter_gate(&self) -> Result<Gate> {
        // SAFETY: The pointer is to a field of ours.
        unsafe { Gate::enter_for_ipi(self.head.origin.callback_ptr()) }.inspect_err(|error| {
            host::csd_refused(core::ptr::from_ref(self).cast(), CpuId::current(), *error);
        })
    }

    /// The elements of all CPUs that are possible.
    pub(super) fn elements(&self) -> Iter<'_> {
        Iter { raw: self, next: 0 }
    }

    /// Queues the call on each CPU that `wants` names; it is asked with preemption off.
    ///
    /// # Errors
    ///
    /// As [`Self::enter_gate`]. After an error the call is idle as before.
    ///
    /// # Context
    ///
    /// Any. On the caller's own CPU, which is the last, the callback runs before this
    /// returns.
    ///
    /// # Safety
    ///
    /// The caller has the sole right to queue (`Idle`), and the storage remains valid and pinned
    /// until the call has ended.
    pub(super) unsafe fn queue(&self, mut wants: impl FnMut(CpuId) -> bool) -> Result {
        let gate = self.enter_gate()?;
        let here = CpuId::current();
        let mut queued = 0;
        // SAFETY: Preemption is off, in the gate, and each element comes once. The last call has
        // ended, by the safety requirements; this one does not before `queued()`.
        let mut queue = |cpu, element: &RawElement| unsafe {
            queued += i32::from(element.queue(cpu, self.callback()));
        };

        self.head.start(here);
        let mut own = None;
        for (cpu, element) in self.elements() {
            element.progress.forget();
            if !wants(cpu) {
                continue;
            }
            if cpu == here {
                own = Some(element);
            } else {
                queue(cpu, element);
            }
        }
        // The others are at work already.
        if let Some(element) = own {
            queue(here, element);
        }
        if self.countdown.queued(queued) {
            // SAFETY: All callbacks have returned, and we were the last. Our caller has the token.
            unsafe { trampoline::hand_over(&raw const self.head) };
        }
        drop(gate);
        Ok(())
    }

    /// A CPU does not touch the call any more. The last one hands it over.
    ///
    /// # Safety
    ///
    /// Once for each element that was queued, after its callback has returned.
    pub(super) unsafe fn count_down(this: *const Self) {
        // SAFETY: The call has not ended before this CPU has counted down. After that it is only
        // the last one's, who hands it over.
        unsafe {
            if (*this).countdown.ran() {
                trampoline::hand_over(&raw const (*this).head);
            }
        }
    }

    /// Waits for `timeout` jiffies at most, and returns whether the call has ended everywhere.
    ///
    /// # Safety
    ///
    /// As [`RawCsd::wait`].
    pub(super) unsafe fn wait_timeout(&self, task: &TaskContext, timeout: usize) -> bool {
        // SAFETY: As for us.
        let done = unsafe { self.head.wait_at_most(task, timeout) };
        if !done {
            for stall in self.missing() {
                // SAFETY: The CPU is possible.
                unsafe { host::stalled(stall.cpu) };
            }
        }
        done
    }

    /// Describes what is still to come. A snapshot.
    pub(super) fn missing(&self) -> impl Iterator<Item = Stall> + '_ {
        let first = self.head.stall_with(|| (0, false));
        self.elements().filter_map(move |(cpu, element)| {
            let started = match element.progress.step() {
                Step::Queued => false,
                Step::Running => true,
                _ => return None,
            };
            Some(first.at(cpu.as_u32(), started))
        })
    }
}

/// See [`RawMany::elements`]. A type with a name, because that of a chain of closures becomes part
/// of the names of functions, and makes them longer than the kernel takes.
pub(super) struct Iter<'a> {
    raw: &'a RawMany,
    next: u32,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (CpuId, &'a RawElement);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            // There is none from `nr_cpu_ids` on.
            let cpu = CpuId::from_u32(self.next)?;
            self.next += 1;
            if cpus::is_possible(cpu) {
                // SAFETY: The CPU is possible. All changes are to atomics and cells.
                return Some((cpu, unsafe { &*self.raw.elements.of(cpu) }));
            }
        }
    }
}

// SAFETY: `entry` is there, made by `new()`; `drop()` removes it.
unsafe impl Registered for RawMany {
    const ENTRY_OFFSET: usize = core::mem::offset_of!(Self, entry);

    fn is_pending(&self) -> bool {
        self.head.is_pending()
    }

    fn callback(&self) -> *const c_void {
        self.head.callback()
    }

    fn disown(&self) {
        self.head.disown();
    }

    /// The first CPU that is missing. If there is none the caller queues, or the reaper is yet to
    /// come.
    fn stall(&self) -> Stall {
        self.missing().next().unwrap_or_else(|| self.head.stall())
    }

    fn stall_from(&self, from: u32) -> Option<(Stall, u32)> {
        if let Some(stall) = self.missing().find(|stall| stall.cpu >= from) {
            return Some((stall, stall.cpu + 1));
        }
        (from == 0).then(|| (self.head.stall(), u32::MAX))
    }
}

#[pinned_drop]
impl PinnedDrop for RawMany {
    fn drop(self: Pin<&mut Self>) {
        self.entry.remove();
    }
}
