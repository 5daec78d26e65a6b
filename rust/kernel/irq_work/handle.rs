// SPDX-License-Identifier: GPL-2.0

//! The right to queue a work that may be shared.

use core::{
    marker::PhantomData,
    mem::ManuallyDrop,
    ops::Deref,
    ptr::NonNull, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::LockClassKey,
    time::Jiffies, //
};

use super::{
    pointer::SharedPointer,
    raw::RawIrqWork,
    GracePeriod,
    HasIrqWork,
    IrqWork,
    Stall, //
};
use crate::{
    context::{
        MaySendIpi,
        TaskContext, //
    },
    owner::Address,
    poll::{
        GaveUp,
        Limit, //
    },
};

/// The right to queue a work.
///
/// Gives `&T` access to the object, and keeps it. A handle may be shared and sent; those of an
/// [`Arc`](kernel::sync::Arc) and of a static object can be cloned.
///
/// Dropping it never blocks, and may be done in any context, NMI included. After the last one the
/// work cannot be queued again, not even by its callback. If it is pending it runs. A workqueue
/// drops the object, a grace period after it has run.
///
/// # Invariants
///
/// `object` is from `P::into_raw()`. If handles are counted, the object's count includes this one.
#[must_use = "dropping the last handle gives up the work"]
pub struct Handle<P: SharedPointer> {
    // Not an `Address<P::Object>`, see `owner.rs`.
    object: Address<()>,
    // A handle lends what the pointer lends, and may become the pointer on any CPU.
    _pointer: PhantomData<P>,
    // The work is that of this very type; the object of a supertype may have another one.
    _invariant: PhantomData<fn(P) -> P>,
}

impl<P: SharedPointer> Handle<P> {
    /// Makes the first handle of an object.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object has no handle, or is not counted.
    pub(super) unsafe fn from_new(pointer: P) -> Self {
        // INVARIANT: From `into_raw()`; `open()`, below, counts this handle.
        let this = Self {
            object: Address::new(pointer.into_raw().cast()),
            _pointer: PhantomData,
            _invariant: PhantomData,
        };
        // SAFETY: The caller promises that there is no handle, or that the object is not counted,
        // hence `'static`. It is pinned behind `P`, which drops what it owns before its memory
        // goes; what it does not own is valid for good.
        unsafe {
            if P::COUNTED {
                this.raw().adopt(IrqWork::<P::Object>::VTABLE);
            } else {
                this.raw().refuse_if_foreign();
            }
            this.raw().open();
        }
        this
    }

    /// Makes another handle.
    pub(super) fn again(&self) -> Self {
        if P::COUNTED {
            self.raw().get();
        }
        // INVARIANT: From `into_raw()`, as that of `self`; `get()` has counted this handle, if
        // handles are counted.
        Self {
            object: Address::new(self.object.get()),
            _pointer: PhantomData,
            _invariant: PhantomData,
        }
    }

    /// Gives the callback a lockdep class of its own; see
    /// [`csd::Idle::with_lock_class`](crate::csd::Idle::with_lock_class). Any context.
    pub fn with_lock_class(self, key: Pin<&'static LockClassKey>) -> Self {
        self.raw().class.set(key);
        self
    }

    pub(super) fn object(&self) -> NonNull<P::Object> {
        self.object.get().cast()
    }

    pub(super) fn raw(&self) -> &RawIrqWork {
        // SAFETY: By the type's invariant the object came from `into_raw()`: it lives as long as a
        // handle, and meanwhile no mutable reference to it exists.
        unsafe {
            let work: *const IrqWork<P::Object> =
                P::Object::raw_get_irq_work(self.object().as_ptr());
            &(*work).raw
        }
    }

    /// Queues the work on this CPU. Returns whether it was newly queued.
    ///
    /// If not, it was pending already, and the run to come sees all that the caller wrote before.
    /// C function: `irq_work_queue()`.
    ///
    /// # Errors
    ///
    /// - [`ENXIO`]: this CPU is going offline, and runs no more works, or is not online yet. On
    ///   PREEMPT_RT, for works that run in a thread, it must be active as well, which is the last
    ///   thing that it becomes. (Only code that runs on the CPU at that time can get this error: in
    ///   interrupt context, in a callback of CPU hotplug, or, for works that run in a thread, in a
    ///   task that is bound to the CPU.)
    /// - [`ESHUTDOWN`]: after [`Self::shutdown`]; or the module of the callback is being unloaded
    ///   and its exit function is over. (What runs then are callbacks, and drops of what they or
    ///   handles owned.)
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn queue(&self) -> Result<bool> {
        // SAFETY: The handle keeps the object, and after the last one the reaper does until a grace
        // period after the run. The work is not exclusive.
        unsafe { self.raw().queue() }.into_result()
    }

    /// Queues the work on `cpu`. Returns whether it was newly queued.
    ///
    /// This never calls the callback, not on its own CPU either (where the interrupt may come
    /// before it returns, if interrupts are on). C function: `irq_work_queue_on()`, or, for
    /// modules, to which that is not exported, `smp_call_function_single_async()`.
    ///
    /// # Errors
    ///
    /// - [`ENXIO`]: `cpu` is not possible, not online, or, see [`Self::queue`], not active. The
    ///   work is not pending on account of this call.
    /// - [`EPERM`]: this is an NMI. (Where a token can say so, that does not compile.)
    /// - [`ESHUTDOWN`]: as [`Self::queue`].
    ///
    /// # Context
    ///
    /// Any but NMI, which `context` stands for.
    pub fn queue_on(&self, cpu: CpuId, _context: &impl MaySendIpi) -> Result<bool> {
        // SAFETY: The handle keeps the object, and after the last one the reaper does until a grace
        // period after the run. The work is not exclusive.
        unsafe { self.raw().queue_on(cpu) }.into_result()
    }

    /// Sleeps until each run that was queued before has ended.
    ///
    /// Not interruptible. Lockdep reports a caller that holds a lock which the callback takes. As a
    /// rule this takes as long as the callback; while others queue the work all the time, it may
    /// take a grace period. C function: `irq_work_sync()`, which may return early.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn sync(&self, task: &TaskContext) {
        // Without a limit this does not give up.
        let _ = self.raw().sync(Limit::None, task);
    }

    /// Like [`Self::sync`], but gives up after `timeout` and says where the work is stuck.
    ///
    /// # Errors
    ///
    /// The report, as an [`Error`] `ETIMEDOUT`. The counter `stalled` of the CPU that the work was
    /// last queued on goes up.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn sync_timeout(&self, task: &TaskContext, timeout: Jiffies) -> Result<(), Stall> {
        self.raw()
            .sync(Limit::Timeout(timeout), task)
            .map_err(|GaveUp| self.raw().timed_out())
    }

    /// Like [`Self::sync`], but gives up when the task gets a fatal signal.
    ///
    /// # Errors
    ///
    /// [`EINTR`]: it got one.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn sync_killable(&self, task: &TaskContext) -> Result {
        self.raw().sync(Limit::Killed, task).map_err(|GaveUp| EINTR)
    }

    /// Whether a run is yet to begin. A snapshot. (A work that runs and was not queued again is not
    /// pending; [`Self::sync`] waits for it.) C function: `irq_work_is_pending()`.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn is_pending(&self) -> bool {
        self.raw().state.is_pending()
    }

    /// Sleeps until no callback runs and none will, although other handles may exist: from now on
    /// each attempt to queue the work is refused, the callback's own too.
    ///
    /// Call this before freeing what the callback uses and the object does not own: dropping
    /// handles never waits, and a pending work still runs after the last one. The work stays shut
    /// down, except that an object which is taken back may be given a new handle. Any number of
    /// tasks may call this. It waits for a grace period and for pending runs. Lockdep reports what
    /// it reports for [`Self::sync`]. C has no such function for irq_work; `timer_shutdown_sync()`
    /// is that of timers.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn shutdown(&self, task: &TaskContext) {
        self.shutdown_with(GracePeriod::Normal, task);
    }

    /// [`Self::shutdown`], with a grace period of the caller's choice.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn shutdown_with(&self, how: GracePeriod, task: &TaskContext) {
        self.raw().shutdown(how, task);
    }

    /// Takes the object back, after waiting until no CPU uses its irq_work any more.
    ///
    /// # Safety
    ///
    /// The caller must ensure that this is the only handle.
    pub(super) unsafe fn into_pointer(self, how: GracePeriod, task: &TaskContext) -> P {
        let this = ManuallyDrop::new(self);
        // SAFETY: The caller promises that this is the only handle; it is not dropped, so that its
        // pointer is ours and is taken back once.
        unsafe {
            this.raw().quiesce(how, task);
            P::from_raw(this.object().as_ptr())
        }
    }
}

impl<P: SharedPointer> Deref for Handle<P> {
    type Target = P::Object;

    fn deref(&self) -> &P::Object {
        // SAFETY: By the type's invariant the object came from `into_raw()`: it lives as long as a
        // handle, and is only shared.
        unsafe { &*self.object().as_ptr() }
    }
}

impl<P: SharedPointer> Drop for Handle<P> {
    fn drop(&mut self) {
        if P::COUNTED {
            // SAFETY: The handle, which is counted by the type's invariant, ends here. The last one
            // owns the object.
            unsafe { self.raw().put() };
        }
    }
}
