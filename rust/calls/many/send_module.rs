// SPDX-License-Identifier: GPL-2.0

//! How a call gets to its CPUs in a loadable crate, which knows of each call, and whose callbacks
//! may go away: `send.rs` in a kernel tree.

use core::ptr;
use kernel::{
    cpu::CpuId,
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*, //
};

use super::{
    element::{
        Elements,
        RawElement, //
    },
    raw::RawMany,
    state::{
        Countdown,
        Step, //
    },
    targets::Targets, //
};
use crate::{
    call::{
        RawCall,
        Vtable, //
    },
    calls::helpers,
    context::{
        might_be_allowed_to_sleep,
        TaskContext, //
    },
    csd,
    host::{
        self,
        CodePtr,
        Entry,
        Gate,
        Registered, //
    },
    stall::Stall, //
};

/// For how many other CPUs at least a mask call is used. For up to five a csd for each takes the
/// sender fewer instructions, but as many IPIs. (See Documentation/performance.rst.)
const MASK_FROM: u32 = 3;

impl RawMany {
    /// Initialises a call, except for its elements.
    pub(super) fn new(vtable: &'static Vtable, elements: Elements) -> impl PinInit<Self> {
        pin_init!(Self {
            head <- RawCall::new(vtable),
            countdown: Countdown::new(),
            elements,
            entry: Entry::new::<Self>(),
        })
    }

    /// Enters the call into the registry.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `self` is dropped before its memory is freed or used for
    /// anything else.
    pub(super) unsafe fn register(&self) {
        // SAFETY: `drop()` removes the entry, and the caller promises that it runs before the
        // memory goes.
        unsafe { self.entry.add(self.head.callback()) };
    }

    /// Gets the right to queue the callback. A refusal is counted.
    ///
    /// # Errors
    ///
    /// `EPERM`: this is an NMI. `ESHUTDOWN`: the module that the callback belongs to is being
    /// unloaded, or gone.
    pub(super) fn enter_gate(&self) -> Result<Gate> {
        // SAFETY: The code is from an origin that stays as long as `self`.
        unsafe { Gate::enter_for_ipi(self.head.kept.origin.code()) }.inspect_err(|error| {
            host::csd_refused(ptr::from_ref(self).cast(), CpuId::current(), *error);
        })
    }

    /// Queues the call on each of the `targets`, by a csd for each.
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
    /// The caller must have the sole right to queue (`Idle`), and must ensure that the storage
    /// remains valid and pinned until the call has ended.
    pub(super) unsafe fn queue(&self, targets: Targets<'_>) -> Result {
        // SAFETY: The caller promises to have the sole right to queue, and that the storage stays
        // valid. Each CPU is queued on once.
        unsafe {
            self.queue_by(targets, |here, queue| {
                self.elements.asked.for_each_but(here, queue);
                0
            })
        }
    }

    /// Like [`Self::queue`], but with one mask call for the CPUs that do not poll, unless these are
    /// few, or the caller may not sleep.
    ///
    /// # Safety
    ///
    /// The caller must ensure what [`Self::queue`] requires.
    pub(super) unsafe fn queue_by_mask(&self, targets: Targets<'_>, _task: &TaskContext) -> Result {
        // A mask call that interrupts another one of its CPU corrupts the kernel's csds, and a
        // `TaskContext` is a claim: this is what makes the call sound.
        if !might_be_allowed_to_sleep() {
            // SAFETY: The caller promises what `queue()` requires.
            return unsafe { self.queue(targets) };
        }
        // SAFETY: The caller promises to have the sole right to queue, and that the storage stays
        // valid. The elements are used only within the call, each once. Interrupts are on, in a
        // task, as tested, and a condition is run balanced since then; preemption is off only by
        // the gate, as `smp_call_function_many()` asks. No CPU of the mask goes offline before that
        // has queued on it, so that each runs the function once.
        unsafe {
            self.queue_by(targets, |here, queue| {
                let Elements {
                    asked,
                    by_mask,
                    percpu,
                } = &self.elements;
                if asked.count_but(here) < MASK_FROM {
                    asked.for_each_but(here, queue);
                    return 0;
                }
                let code = self.head.kept.origin.code();
                let join = |cpu| (*percpu.of(cpu)).ask_by_mask(cpu, code);
                let chosen = by_mask.choose(asked, here, join, queue);
                if chosen != 0 {
                    let this = ptr::from_ref(self).cast_mut().cast();
                    let mask = by_mask.as_raw();
                    helpers::rust_helper_many_call_mask(mask, Self::arrived_by_mask, this);
                }
                chosen
            })
        }
    }

    /// Queues the call on each of the `targets`. `queue_others` does so for all but this CPU, which
    /// it gets, inside the gate: each of them either by the function that it gets, or in another
    /// way. It returns the number of the latter.
    ///
    /// # Safety
    ///
    /// The caller must ensure what [`Self::queue`] requires, and that `queue_others` does that.
    #[inline(always)]
    unsafe fn queue_by(
        &self,
        targets: Targets<'_>,
        queue_others: impl FnOnce(CpuId, &mut dyn FnMut(CpuId)) -> i32,
    ) -> Result {
        let gate = self.enter_gate()?;
        let here = CpuId::current();
        let code = self.head.kept.origin.code();
        let Elements { asked, percpu, .. } = &self.elements;
        let percpu = *percpu;
        let mut queued = 0;

        asked.ask(targets, here);
        self.head.start(here);
        // SAFETY: The CPUs are possible. This is inside the gate, and each element comes once. The
        // caller promises to have the sole right to queue, so that the last call has ended; this
        // one does not end before `queued()`.
        unsafe {
            let others = queue_others(here, &mut |cpu| {
                (*percpu.of(cpu)).queue(cpu, code, &mut queued);
            });
            queued = queued.wrapping_add(others);
            // The others are at work.
            if asked.has(here) {
                (*percpu.of(here)).run_here(here, code, &mut queued);
            }
        }
        host::csd_queued(queued);
        if self.countdown.queued(queued) {
            // SAFETY: All callbacks have returned, and this side was the last. The caller has the
            // token, so that the storage stays valid.
            unsafe { RawCall::hand_over(&raw const self.head) };
        }
        drop(gate);
        Ok(())
    }

    /// The function of every element's csd.
    ///
    /// # Safety
    ///
    /// The caller must be `kernel/smp.c`, with interrupts off and with the argument of a csd that
    /// [`RawElement::queue`] queued, or [`Self::arrived_by_mask`].
    pub(super) unsafe extern "C" fn arrived(info: *mut c_void) {
        let element = info.cast::<RawElement>().cast_const();

        // SAFETY: The call does not end before this CPU counts down: until then the storage is
        // valid. Interrupts are off. `kernel/smp.c` unlocked the csd before it called this and does
        // not use it again; it is not queued again before the call has ended. After the countdown
        // only the last CPU uses the storage, and hands it over.
        unsafe {
            let this = (*element).many.cast::<Self>();
            let head = &raw const (*this).head;

            (*this).check_run(&*element);
            (*element).progress.run();
            host::csd_runs(info);
            if (*element).inline.is_set() {
                RawCall::run(head);
            } else {
                RawCall::run_queued(head);
            }
            host::has_run(info);
            (*element).progress.ran();
            Self::count_down(this);
        }
    }

    /// The function of mask calls. The kernel's csds carry only the pointer to the call, the same
    /// one to all CPUs; each finds its own element.
    ///
    /// # Safety
    ///
    /// The caller must be `kernel/smp.c`, with interrupts off and with the argument that
    /// [`Self::queue_by_mask`] gave it, once on each CPU of the mask.
    unsafe extern "C" fn arrived_by_mask(info: *mut c_void) {
        let this = info.cast::<Self>().cast_const();
        // SAFETY: The call does not end before this CPU counts down, so that it is valid. This CPU
        // is possible, and does not change: interrupts are off.
        let element = unsafe { (*this).elements.of(CpuId::current()) };
        // SAFETY: The element was made ready by `ask_by_mask()`, and its csd is in no queue. The
        // caller promises that interrupts are off, and that this comes once.
        unsafe { Self::arrived(element.cast_mut().cast()) };
    }

    /// Waits for `timeout` jiffies at most, and returns whether the call has ended everywhere.
    ///
    /// # Safety
    ///
    /// The caller must hold the one `InFlight` of this call, and must not have waited with success
    /// yet.
    pub(super) unsafe fn wait_timeout(&self, task: &TaskContext, timeout: usize) -> bool {
        // SAFETY: The caller promises to hold the `InFlight`, without a successful wait so far.
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

impl RawElement {
    /// Queues this element of `cpu`, which is another CPU than this one, and counts it in `queued`
    /// if it could. `code` is that of the call, for tracing.
    ///
    /// # Safety
    ///
    /// The caller must be `RawMany::queue()`, inside the gate, hence with preemption off, once for
    /// each element of a call. The last call must have ended, and this one must not end before
    /// `RawMany::queue()` counts its own part down.
    #[inline]
    pub(super) unsafe fn queue(&self, cpu: CpuId, code: CodePtr, queued: &mut i32) {
        self.ask_for(false);
        // SAFETY: The csd is initialised by the type's invariant. The caller promises that the last
        // call has ended, so that the csd is not in use; that this one does not end meanwhile, so
        // that it stays valid; and that this is inside the gate.
        let err = unsafe { helpers::rust_helper_many_send(cpu.as_u32(), self.csd.get(), code) };
        self.count_or_report(cpu, err, queued);
    }

    /// Runs this element of `cpu`, which is this CPU. Otherwise like [`Self::queue`].
    ///
    /// # Safety
    ///
    /// The caller must ensure what [`Self::queue`] requires.
    #[inline]
    pub(super) unsafe fn run_here(&self, cpu: CpuId, code: CodePtr, queued: &mut i32) {
        self.ask_for(true);
        // SAFETY: The csd is initialised by the type's invariant. The caller promises that the last
        // call has ended, so that the csd is not in use; that this one does not end meanwhile, so
        // that it stays valid; and that this is inside the gate.
        let err = unsafe { csd::send::send(cpu, self.csd.get(), code) };
        self.count_or_report(cpu, err, queued);
    }

    /// Makes this element of `cpu`, which is another CPU than this one, ready for a mask call.
    /// `code` is that of the call, for tracing.
    ///
    /// # Safety
    ///
    /// The caller must ensure what [`Self::queue`] requires, but count the element itself.
    #[inline]
    pub(super) unsafe fn ask_by_mask(&self, cpu: CpuId, code: CodePtr) {
        self.ask_for(false);
        // SAFETY: The code is from the origin of the call, which stays valid, and this is inside
        // the gate.
        unsafe { helpers::rust_helper_many_trace(cpu.as_u32(), self.csd.get(), code) };
    }

    #[inline]
    fn ask_for(&self, inline: bool) {
        self.ask();
        self.inline.note(|| inline);
    }

    #[inline]
    fn count_or_report(&self, cpu: CpuId, errno: c_int, queued: &mut i32) {
        if !self.count(errno, queued) {
            self.report_refused(cpu, errno);
        }
    }

    #[cold]
    fn report_refused(&self, cpu: CpuId, errno: c_int) {
        host::csd_refused(self.csd.get().cast(), cpu, Error::from_errno(errno));
    }
}

// SAFETY: This is kind 1. `ENTRY_OFFSET` is the offset of `entry`, which `new()` initialises.
unsafe impl Registered for RawMany {
    const KIND: usize = 1;
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

    /// The first CPU that is missing. If there is none, the caller is still queueing, or the reaper
    /// has yet to run.
    fn stall(&self) -> Stall {
        self.missing()
            .next()
            .unwrap_or_else(|| self.head.stall(|| false))
    }

    fn stall_from(&self, from: u32) -> Option<(Stall, u32)> {
        if let Some(stall) = self.missing().find(|stall| stall.cpu >= from) {
            return Some((stall, stall.cpu + 1));
        }
        (from == 0).then(|| (self.head.stall(|| false), u32::MAX))
    }
}

#[pinned_drop]
impl PinnedDrop for RawMany {
    fn drop(self: Pin<&mut Self>) {
        self.entry.remove();
    }
}
