// SPDX-License-Identifier: GPL-2.0

//! The right to queue a work that may be shared.

use core::{
    marker::PhantomData,
    ops::Deref, //
};
use kernel::prelude::*;

use super::{
    pointer::SharedPointer,
    raw::RawIrqWork,
    HasIrqWork,
    IrqWork, //
};
use crate::{
    context::TaskContext,
    owner::Address, //
};

/// The right to queue a work.
///
/// Gives `&T` access to the object, and keeps it. A handle may be shared and sent; those of an
/// [`Arc`](kernel::sync::Arc) and of a static object can be cloned.
///
/// Dropping it never blocks, and may be done in any context, NMI included. After the last one the
/// work cannot be queued again, not even by its callback. If it is pending it runs. A workqueue
/// drops the object, when C does not use the work any more.
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
            #[cfg(not(crosscall_upstream))]
            this.raw().enter(P::COUNTED, IrqWork::<P::Object>::VTABLE);
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
            object: self.object,
            _pointer: PhantomData,
            _invariant: PhantomData,
        }
    }

    pub(super) fn object(&self) -> *mut P::Object {
        self.object.as_ptr().cast()
    }

    pub(super) fn raw(&self) -> &RawIrqWork {
        // SAFETY: By the type's invariant the object came from `into_raw()`: it lives as long as a
        // handle, and meanwhile no mutable reference to it exists.
        unsafe {
            let work = <P::Object as HasIrqWork>::raw_get_irq_work(self.object());
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
    ///   task that is bound to the CPU, or may not migrate, as the holder of a `SpinLock`.)
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "- [`ESHUTDOWN`]: after [`Self::shutdown`]; or the module of the callback is being
  unloaded and its exit function is over. (What runs then are callbacks, and drops of what they
  or handles owned.)"
    )]
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn queue(&self) -> Result<bool> {
        // SAFETY: The handle keeps the object, and after the last one the reaper does, until C does
        // not use the work any more. What has handles may be queued by any CPU.
        unsafe { self.raw().queue() }
    }

    /// Sleeps until each run that was queued before has ended.
    ///
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "Not interruptible. Lockdep reports a caller that holds a lock which the callback
takes. As a rule this takes as long as the callback; while others queue the work all the time,
it may take a grace period. C function: `irq_work_sync()`, which may return early."
    )]
    #[cfg_attr(
        crosscall_upstream,
        doc = "Not interruptible. While others queue the work all the time, this need not end.
C function: `irq_work_sync()`, where tasks that wait for the same work take turns."
    )]
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn sync(&self, task: &TaskContext) {
        self.raw().sync(task);
    }
}

impl<P: SharedPointer> Deref for Handle<P> {
    type Target = P::Object;

    fn deref(&self) -> &P::Object {
        // SAFETY: By the type's invariant the object came from `into_raw()`: it lives as long as a
        // handle, and is only shared.
        unsafe { &*self.object() }
    }
}

impl<P: SharedPointer> Drop for Handle<P> {
    fn drop(&mut self) {
        if P::COUNTED {
            // SAFETY: The handle, which is counted by the type's invariant, ends here. The last one
            // owns the object.
            unsafe {
                let work = <P::Object as HasIrqWork>::raw_get_irq_work(self.object());
                RawIrqWork::put(&raw const (*work).raw);
            }
        }
    }
}
