// SPDX-License-Identifier: GPL-2.0

//! The part of a work that does not depend on its callback's type.
//!
//! C's flags are the state of a work: whether it is pending, and how many CPUs run it. What C does
//! not have is added here: a count of the handles, and the way out for what they own.
//!
//! | event                     | C's flags                       | here                         |
//! |---------------------------|---------------------------------|------------------------------|
//! | queue                     | `PENDING`, if it is not pending | a handle exists, or it runs  |
//! | the callback starts       | `PENDING` becomes one callback  |                              |
//! | the callback queues again | `PENDING`                       | refused if no handle is left |
//! | the callback has returned | one callback less               |                              |
//! | the last handle goes      |                                 | `farewell` is queued         |
//! | `farewell` runs           |                                 | `reap` is queued             |
//! | `reap` runs               | waits until none of them is set | drops what the handles owned |
//!
//! `reap` then waits for a grace period too: the CPU that queued `farewell` may read it after that.
//!
//! Once no handle is left only a callback can queue the work. It does so before it has returned, so
//! that the flags are never clear in between; and a later callback finds no handle. So the wait in
//! `reap` ends, and nothing uses the work after it.
//!
//! Why the way out has two steps: the last handle may be dropped in an NMI or with the lock of a
//! runqueue held, where only an irq_work may be queued. An irq_work must not free the object that
//! it is in, nor wait for another one, which is what the workqueue is for. And the work itself
//! cannot be `farewell`: it may be pending, for a callback that is owed.

use kernel::{
    bindings,
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    error::code::*,
    ffi::{
        c_int,
        c_uint, //
    },
    interrupt::local_interrupt_disable,
    prelude::*,
    sync::{
        atomic::{
            ordering,
            Atomic, //
        },
        Refcount, //
    },
    time::{
        delay::fsleep,
        Delta, //
    },
    types::Opaque,
};

use super::online;
use crate::{
    context::TaskContext,
    nmi, //
};

/// What a work does, by the type of its callback.
pub(super) struct Vtable {
    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// The caller must be [`RawIrqWork::run`], with a work whose storage is of the vtable's type.
    pub(super) run: unsafe fn(*const RawIrqWork),
    /// Drops what the handles owned.
    ///
    /// # Safety
    ///
    /// The caller must ensure that no handle is left, that C does not use the work any more, and
    /// that its storage is of the vtable's type. The storage may be gone after this.
    pub(super) reap: unsafe fn(*const RawIrqWork),
    /// `IRQ_WORK_HARD_IRQ`, `IRQ_WORK_LAZY`, or none.
    pub(super) flags: c_uint,
}

/// A work without its callback's type.
///
/// # Invariants
///
/// - `work` and `farewell` are initialised, with [`Self::run`] and [`Self::leave`].
/// - `handles` counts the handles, while there are any.
#[repr(C)]
pub(crate) struct RawIrqWork {
    // First: the pointer that C hands to `run()` is the one to the object.
    work: Opaque<bindings::irq_work>,
    farewell: Opaque<bindings::irq_work>,
    reap: Opaque<bindings::work_struct>,
    vtable: &'static Vtable,
    handles: Refcount,
    /// A task is in `irq_work_sync()`.
    waited_for: Atomic<bool>,
}

// SAFETY: The C parts may be used from any CPU. What the callback captures is not part of it.
unsafe impl Send for RawIrqWork {}
// SAFETY: Methods that take `&self` use atomics, or C functions that may be called at any time.
unsafe impl Sync for RawIrqWork {}

impl RawIrqWork {
    /// Makes a work. What is queued must be pinned; a new one may move.
    pub(super) const fn new(vtable: &'static Vtable) -> Self {
        // INVARIANT: Both have their callbacks. There is no handle yet.
        Self {
            work: Self::irq_work(Self::run, vtable.flags),
            farewell: Self::irq_work(Self::leave, bindings::IRQ_WORK_HARD_IRQ),
            reap: Opaque::uninit(),
            vtable,
            // SAFETY: Zero is `REFCOUNT_INIT(0)`.
            handles: unsafe { core::mem::zeroed() },
            waited_for: Atomic::<bool>::new(false),
        }
    }

    /// As `__IRQ_WORK_INIT()` does.
    const fn irq_work(
        func: unsafe extern "C" fn(*mut bindings::irq_work),
        flags: c_uint,
    ) -> Opaque<bindings::irq_work> {
        // SAFETY: Zero is what `__IRQ_WORK_INIT()` sets all else to.
        let mut work: bindings::irq_work = unsafe { core::mem::zeroed() };
        work.func = Some(func);
        work.node.__bindgen_anon_1.u_flags = flags;
        Opaque::new(work)
    }

    /// Makes the first handle.
    ///
    /// # Safety
    ///
    /// The caller must ensure that there is no handle, or that the object is `'static`; and that
    /// the object is pinned.
    pub(super) unsafe fn open(&self) {
        self.handles.set(1);
    }

    /// Makes another handle. If there are too many the count saturates, and the object is leaked.
    #[inline]
    pub(super) fn get(&self) {
        self.handles.inc();
    }

    /// Drops a handle. After the last one the work cannot be queued again, runs if it is pending,
    /// and then a workqueue drops what the handles owned. Any context, NMI included.
    ///
    /// # Safety
    ///
    /// The caller must have a handle of `this`, which is gone after this. The last one must own the
    /// object. `this` must be a pointer by which all of the object may be used.
    pub(super) unsafe fn put(this: *const Self) {
        // SAFETY: The handle keeps the object until `dec_and_test()`. If this was the last one,
        // which owned the object, the object is valid until `reap_one()` has dropped it. (No
        // reference to the object is made here: it would outlive it.)
        unsafe {
            if (*this).handles.dec_and_test() {
                Self::take_leave(Opaque::cast_into(&raw const (*this).farewell));
            }
        }
    }

    /// Queues `farewell`: on this CPU, unless that has run its works for the last time. C would
    /// leave it in a list there, and raise no interrupt for a later one. Then it goes to a CPU that
    /// is online; but in an NMI, which can reach no other CPU, the object is leaked.
    ///
    /// # Safety
    ///
    /// The caller must ensure that no handle is left, and that this is called once for that; and
    /// that `farewell` is initialised, and valid until [`Self::reap_one`] has dropped the object.
    #[cold]
    #[inline(never)]
    unsafe fn take_leave(farewell: *mut bindings::irq_work) {
        let is_nmi = nmi::is_here();
        // No CPU goes offline meanwhile. (None does in an NMI of this one.)
        let _interrupts = (!is_nmi).then(local_interrupt_disable);
        if online::takes_works(CpuId::current(), false) {
            // SAFETY: The caller promises that it is initialised and valid, and queues it once.
            unsafe { bindings::irq_work_queue(farewell) };
        } else if !is_nmi {
            let mut cpus = (0..nr_cpu_ids()).filter_map(CpuId::from_u32);
            if let Some(cpu) = cpus.find(|&cpu| online::takes_works(cpu, false)) {
                // SAFETY: The caller promises that it is initialised and valid, and queues it once.
                // The CPU is online, and this is no NMI.
                unsafe { bindings::irq_work_queue_on(farewell, cpu.as_u32() as c_int) };
            }
        }
    }

    /// Whether the callback may queue the work: a handle is left.
    pub(super) fn check_open(&self) -> Result {
        // ORDERING: none needed: a callback that finds a handle is waited for, and so is the run
        // that it queues. Litmus test: irq_work-open.
        if self.handles.as_atomic().load(ordering::Relaxed) == 0 {
            return Err(ESHUTDOWN);
        }
        Ok(())
    }

    /// Queues the work on this CPU. Returns whether it was newly queued.
    ///
    /// # Errors
    ///
    /// `ENXIO`: this CPU is going offline and has run its works for the last time.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is pinned and valid until C does not use the work any
    /// more.
    #[inline]
    pub(super) unsafe fn queue(&self) -> Result<bool> {
        // A thread that is to run the work is not parked meanwhile: CPU hotplug waits for a grace
        // period between the end of `cpu_active()` and that. (What is in an NMI is not preempted.)
        let _interrupts = (self.is_threaded() && !nmi::is_here()).then(local_interrupt_disable);
        let here = CpuId::current();
        // A task that has come from another CPU meanwhile may queue: it is not bound to one, and so
        // runs on one that takes works.
        if !online::takes_works(here, self.is_threaded()) && here == CpuId::current() {
            return Err(ENXIO);
        }
        // SAFETY: The irq_work is initialised by the type's invariant. The caller promises that it
        // is pinned and valid until C does not use it any more.
        Ok(unsafe { bindings::irq_work_queue(self.as_ptr()) })
    }

    /// Whether a thread of the CPU runs the work.
    pub(super) fn is_threaded(&self) -> bool {
        cfg!(CONFIG_PREEMPT_RT) && self.vtable.flags & bindings::IRQ_WORK_HARD_IRQ == 0
    }

    /// The work as C sees it.
    pub(super) fn as_ptr(&self) -> *mut bindings::irq_work {
        self.work.get()
    }

    /// Waits until every run that was queued before has ended, and C does not use the work for it.
    pub(super) fn sync(&self, _task: &TaskContext) {
        // Where C sleeps it does so by an `rcuwait`, which has room for one task.
        //
        // ORDERING: Acquire and release: tasks are there one after the other. Litmus test:
        // irq_work-turn.
        while self
            .waited_for
            .cmpxchg(false, true, ordering::Acquire)
            .is_err()
        {
            fsleep(Delta::from_millis(1));
        }
        // SAFETY: The irq_work is initialised by the type's invariant, and no other task is here.
        unsafe { bindings::irq_work_sync(self.as_ptr()) };
        self.waited_for.store(false, ordering::Release);
    }

    /// The callback of `work`.
    ///
    /// # Safety
    ///
    /// The caller must be `kernel/irq_work.c`, with the `work` of a `Self` that was queued.
    unsafe extern "C" fn run(work: *mut bindings::irq_work) {
        // `work` is the first field.
        let this = work.cast::<Self>().cast_const();
        // SAFETY: The caller promises that the work was queued: the object is valid until C does
        // not use it any more. Its storage is of the vtable's type.
        unsafe { ((*this).vtable.run)(this) };
    }

    /// The callback of `farewell`.
    ///
    /// # Safety
    ///
    /// The caller must be `kernel/irq_work.c`, with the `farewell` of a `Self`, which
    /// [`Self::put`] has queued.
    unsafe extern "C" fn leave(farewell: *mut bindings::irq_work) {
        let offset = core::mem::offset_of!(Self, farewell);
        // SAFETY: The caller promises that `put()` has queued `farewell`: no handle is left, the
        // object is valid until `reap_one()` has dropped it, and `reap` is in no queue.
        unsafe {
            let this = farewell.byte_sub(offset).cast::<Self>().cast_const();
            let reap = Opaque::cast_into(&raw const (*this).reap);
            bindings::init_work_with_key(
                reap,
                Some(Self::reap_one),
                false,
                c"irq_work".as_char_ptr(),
                kernel::sync::static_lock_class!().as_ptr(),
            );
            bindings::queue_work_on(
                bindings::wq_misc_consts_WORK_CPU_UNBOUND as kernel::ffi::c_int,
                bindings::system_dfl_wq,
                reap,
            );
        }
    }

    /// Drops what the handles owned. Process context.
    ///
    /// # Safety
    ///
    /// The caller must be the workqueue, with the `reap` of a `Self`, which [`Self::leave`] has
    /// queued.
    unsafe extern "C" fn reap_one(reap: *mut bindings::work_struct) {
        let offset = core::mem::offset_of!(Self, reap);
        // SAFETY: The caller promises that `leave()` has queued `reap`: no handle is left, and the
        // object is valid. Works queue themselves only while they run, hence not after the first
        // wait; `leave()` runs once. After both waits C does not use either work any more, and the
        // workqueue does not use one that it runs.
        unsafe {
            let this = reap.byte_sub(offset).cast::<Self>().cast_const();
            (*this).sync(&TaskContext::new());
            bindings::irq_work_sync((*this).farewell.get());
            // The CPU that has queued `farewell` may still be in `irq_work_queue()`, which reads
            // the work for a tracepoint, with preemption off. Litmus test: irq_work-freed.
            bindings::synchronize_rcu();
            ((*this).vtable.reap)(this);
        }
    }
}
