// SPDX-License-Identifier: GPL-2.0

//! The tokens of a call to many CPUs: the right to queue it, and the right to wait for it.

use core::{
    marker::PhantomData,
    mem::ManuallyDrop,
    ops::{
        Deref,
        DerefMut, //
    },
};
use kernel::{
    alloc::{
        AllocError,
        Flags, //
    },
    cpu::CpuId,
    prelude::*, //
};

use super::{
    object::{
        result,
        Inner,
        Object, //
    },
    raw::RawMany,
    targets::Targets,
    Callback,
    Done,
    Killed,
    Refused, //
};
use crate::{
    call::RawCall,
    context::TaskContext,
    owner::Address, //
};

/// The right to queue a call, and the call's owner.
///
/// Gives access to the callback, `&mut` too: no CPU runs it. Dropping this drops the call, here; on
/// PREEMPT_RT do so only where sleeping is allowed.
#[cfg_attr(not(crosscall_upstream), doc = "In an NMI a workqueue drops it.")]
#[must_use = "dropping this drops the call"]
pub struct Idle<C: Callback> {
    // There are no results in it that need a drop.
    pub(super) object: Object<C>,
}

impl<C: Callback> Idle<C> {
    /// Makes a call with an element for each possible CPU, in that CPU's memory.
    ///
    /// All allocations are here; queueing, any number of times, makes none.
    ///
    /// # Errors
    ///
    /// [`AllocError`] (`ENOMEM`); the callback is dropped.
    ///
    /// # Context
    ///
    /// As `flags` say; may sleep with `GFP_KERNEL`. In an NMI it fails.
    pub fn new(callback: C, flags: Flags) -> Result<Self, AllocError> {
        Ok(Self {
            object: Object::new(callback, flags)?,
        })
    }

    pub(super) fn from_object(object: Object<C>) -> Self {
        Self { object }
    }

    /// Queues the call on each of the `targets`.
    pub(super) fn call_where(self, targets: Targets<'_>) -> Result<InFlight<C>, Refused<Self>> {
        // SAFETY: `queue()` requires what `call_by()` promises.
        unsafe { self.call_by(|raw| raw.queue(targets)) }
    }

    /// Queues the call by `queue`, which has the sole right to do so. The storage is then valid and
    /// pinned until the call has ended.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `queue` has put the call in flight if it succeeds, and that the
    /// call is idle as before if it fails.
    #[inline]
    pub(super) unsafe fn call_by(
        self,
        queue: impl FnOnce(&RawMany) -> Result,
    ) -> Result<InFlight<C>, Refused<Self>> {
        // INVARIANT: From `into_inner()`; the token that this consumed was the only one.
        let in_flight = InFlight {
            inner: self.object.into_inner(),
            _owns: PhantomData,
        };
        // `Idle` was the sole right to queue. The storage is valid and pinned until an `Object` is
        // made again, by the waiter, after its wait, or by the reaper.
        match queue(in_flight.raw()) {
            Ok(()) => Ok(in_flight),
            Err(error) => Err(Refused {
                // SAFETY: The call was refused, so that it is not in flight, as the caller
                // promises.
                token: Self::from_object(unsafe { in_flight.into_object() }),
                error,
            }),
        }
    }
}

impl<C: Callback> Deref for Idle<C> {
    type Target = C;

    fn deref(&self) -> &C {
        self.object.callback()
    }
}

impl<C: Callback> DerefMut for Idle<C> {
    fn deref_mut(&mut self) -> &mut C {
        self.object.callback_mut()
    }
}

/// The right to wait for a call, and access to what its callbacks share.
///
/// Dropping it never blocks: CPUs that have yet to run the callback do so, and then a workqueue
/// drops the results and the call.
#[cfg_attr(
    not(crosscall_upstream),
    doc = "It may be dropped in any context, NMI included."
)]
#[cfg_attr(
    crosscall_upstream,
    doc = "It may be dropped wherever a work item may be enqueued: not in an NMI, nor under a
lock that the scheduler or workqueues take."
)]
///
/// # Invariants
///
/// `inner` is from `Object::into_inner()`, is or was in flight, and there is no other token of it.
#[must_use = "dropping this gives up the results"]
pub struct InFlight<C: Callback> {
    inner: Address<Inner<C>>,
    // Waiting elsewhere moves callback and results there; the latter are always `Send`. `&self`
    // gives `&C`, and the progress of each CPU, which is an atomic.
    _owns: PhantomData<Pin<KBox<C>>>,
}

impl<C: Callback> InFlight<C> {
    pub(super) fn raw(&self) -> &RawMany {
        // SAFETY: By the type's invariant `inner` is valid. No mutable reference to a `RawMany` is
        // ever made.
        unsafe { &(*self.inner.as_ptr()).raw }
    }

    /// Sleeps until the callbacks have returned on all CPUs.
    ///
    /// Not interruptible: a call to CPUs that are alive ends.
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "Lockdep reports a caller that holds a lock which the callback takes."
    )]
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait(self, task: &TaskContext) -> Done<C> {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        unsafe { self.raw().head.wait(task) };
        // SAFETY: The wait has just succeeded.
        unsafe { self.finish() }
    }

    /// Like [`Self::wait`], but gives up when the task gets a fatal signal. C function:
    /// `wait_for_completion_killable()`.
    ///
    /// # Errors
    ///
    /// The token comes back in the error, which is `EINTR`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait_killable(self, task: &TaskContext) -> Result<Done<C>, Killed<Self>> {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        if unsafe { self.raw().head.wait_killable(task) } {
            // SAFETY: The wait has just succeeded.
            return Ok(unsafe { self.finish() });
        }
        Err(Killed { in_flight: self })
    }

    /// Like [`Self::wait`], but returns at once: with the token unless all callbacks have returned.
    ///
    /// # Context
    ///
    /// Any. In an NMI, which must not drop what it would get, the token always comes back.
    pub fn try_wait(self) -> Result<Done<C>, Self> {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        if unsafe { self.raw().head.try_wait() } {
            // SAFETY: The wait has just succeeded.
            return Ok(unsafe { self.finish() });
        }
        Err(self)
    }

    /// Sleeps until the callback has returned on a CPU whose result this has not returned before,
    /// and returns that result. `None`: there will be no more. (The call may end a moment later,
    /// by [`Self::wait`].)
    ///
    /// The next CPU that ends wakes the caller.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait_any(&mut self, task: &TaskContext) -> Option<(CpuId, &C::Output)> {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        let (cpu, element) = unsafe { self.raw().wait_any(task) }?;
        // SAFETY: The element is one of this call, and its callback ran. Results are taken by an
        // `Object`, for which this token must be consumed: not while it is borrowed.
        Some((cpu, unsafe { result::<C>(element) }))
    }

    /// Sleeps until the callback has returned on `n` CPUs, or on all of the call if these are
    /// fewer, and returns on how many it has. CPUs that were offline do not count.
    ///
    /// [`Self::wait_any`] then gives that many results, in all, without sleeping. The CPU that
    /// ends as the `n`th wakes the caller, the others do not.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait_at_least(&mut self, task: &TaskContext, n: usize) -> usize {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        unsafe { self.raw().wait_at_least(task, n) }
    }

    /// # Safety
    ///
    /// The caller must ensure that a wait of this token has just succeeded.
    pub(super) unsafe fn finish(self) -> Done<C> {
        // SAFETY: The caller promises that the wait has succeeded: the call has ended, and is not
        // in flight.
        unsafe {
            self.raw().head.take_back();
            Done::new(self.into_object())
        }
    }

    /// # Safety
    ///
    /// The caller must ensure that the call is not in flight.
    unsafe fn into_object(self) -> Object<C> {
        // SAFETY: By the type's invariant `inner` is from `into_inner()`, and this is the only
        // token, which is consumed without a drop. The caller promises that the call is not in
        // flight.
        unsafe { Object::from_inner(ManuallyDrop::new(self).inner.as_ptr()) }
    }
}

impl<C: Callback> Deref for InFlight<C> {
    type Target = C;

    fn deref(&self) -> &C {
        // SAFETY: By the type's invariant `inner` is valid while the token exists; callbacks have
        // shared references too.
        unsafe { &(*self.inner.as_ptr()).callback }
    }
}

impl<C: Callback> Drop for InFlight<C> {
    fn drop(&mut self) {
        // SAFETY: `self` is the one `InFlight`, and no wait has succeeded: that consumes it without
        // a drop. It ends here.
        unsafe { RawCall::detach(&raw const (*self.inner.as_ptr()).raw.head) };
    }
}
