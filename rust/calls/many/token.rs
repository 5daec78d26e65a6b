// SPDX-License-Identifier: GPL-2.0

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
    prelude::*,
    sync::LockClassKey,
    time::Jiffies, //
};

use super::{
    object::{
        result,
        Inner,
        Object, //
    },
    raw::RawMany,
    state::Step,
    Callback,
    Done,
    Killed,
    Refused,
    Stall,
    TimedOut, //
};
use crate::{
    context::TaskContext,
    host::Registered,
    owner::Address,
    poll::Poll, //
};

/// The right to queue a call, and the call's owner.
///
/// Gives access to the callback, `&mut` too: nobody runs it. Dropping this drops the call, here; on
/// PREEMPT_RT only where one may sleep. In an NMI a workqueue drops it.
#[must_use = "dropping this drops the call"]
pub struct Idle<C: Callback> {
    // There are no results in it.
    object: Object<C>,
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

    /// Gives the callback a lockdep class of its own; see
    /// [`csd::Idle::with_lock_class`](crate::csd::Idle::with_lock_class). Any context.
    pub fn with_lock_class(self, key: Pin<&'static LockClassKey>) -> Self {
        self.object.raw().head.class.set(key);
        self
    }

    pub(super) fn from_object(object: Object<C>) -> Self {
        Self { object }
    }

    pub(super) fn raw(&self) -> &RawMany {
        self.object.raw()
    }

    /// Queues the call on each possible CPU that `wants` names, which is asked with preemption off.
    pub(super) fn call_where(
        self,
        wants: impl FnMut(CpuId) -> bool,
    ) -> Result<InFlight<C>, Refused<Self>> {
        // INVARIANT: The token that we consume was the only one.
        let in_flight = InFlight {
            inner: Address::new(self.object.into_inner()),
            _owns: PhantomData,
        };
        // SAFETY: `Idle` was the sole right to queue. The storage is valid and pinned until an
        // `Object` is made again, by who has waited, or by the reaper.
        match unsafe { in_flight.raw().queue(wants) } {
            Ok(()) => Ok(in_flight),
            Err(error) => Err(Refused {
                // SAFETY: The call is not in flight after all.
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
/// drops the results and the call. It may be dropped in any context, NMI included.
#[must_use = "dropping this gives up the results"]
pub struct InFlight<C: Callback> {
    // INVARIANT: From `Object::into_inner()`, and in flight. There is no other token of it.
    inner: Address<Inner<C>>,
    // Waiting elsewhere moves callback and results there; the latter are always `Send`. `&self`
    // gives `&C`, and reports, which are made of atomics.
    _owns: PhantomData<Pin<KBox<C>>>,
}

impl<C: Callback> InFlight<C> {
    fn raw(&self) -> &RawMany {
        // SAFETY: Valid by the type's invariant. Nobody has a mutable reference to a `RawMany`.
        unsafe { &(*self.inner.as_ptr()).raw }
    }

    /// Sleeps until the callbacks have returned on all CPUs.
    ///
    /// Not interruptible: a call to CPUs that are alive ends. Lockdep reports a caller that holds
    /// a lock which the callback takes.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait(self, task: &TaskContext) -> Done<C> {
        // SAFETY: We hold the token.
        unsafe { self.raw().head.wait(task) };
        // SAFETY: We have waited.
        unsafe { self.finish() }
    }

    /// Like [`Self::wait`], but gives up after `timeout` (or twice that, if the last one returns
    /// as it ends); [`Self::missing`] says who is left.
    ///
    /// # Errors
    ///
    /// The token comes back in the error, with one of those that are missing. Their counters
    /// `stalled` go up.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait_timeout(
        self,
        task: &TaskContext,
        timeout: Jiffies,
    ) -> Result<Done<C>, TimedOut<Self>> {
        // SAFETY: We hold the token.
        if unsafe { self.raw().wait_timeout(task, timeout) } {
            // SAFETY: We have waited.
            return Ok(unsafe { self.finish() });
        }
        let missing = self.missing().next();
        // If none is, the last one has ended meanwhile, and will say so in a moment.
        //
        // SAFETY: We hold the token.
        if missing.is_none() && unsafe { self.raw().head.wait_at_most(task, timeout.max(1)) } {
            // SAFETY: We have waited.
            return Ok(unsafe { self.finish() });
        }
        let stall = missing.unwrap_or_else(|| self.raw().stall());
        Err(TimedOut {
            in_flight: self,
            stall,
        })
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
        // SAFETY: We hold the token.
        if unsafe { self.raw().head.wait_killable(task) } {
            // SAFETY: We have waited.
            return Ok(unsafe { self.finish() });
        }
        Err(Killed { in_flight: self })
    }

    /// Like [`Self::wait`], but returns at once: with the token unless all callbacks have returned.
    ///
    /// # Context
    ///
    /// Any. In an NMI, which may have hit the end of the call, the token always comes back.
    pub fn try_wait(self) -> Result<Done<C>, Self> {
        // SAFETY: We hold the token.
        if unsafe { self.raw().head.try_wait() } {
            // SAFETY: We have waited.
            return Ok(unsafe { self.finish() });
        }
        Err(self)
    }

    /// Sleeps until the callback has returned on a CPU that this has not told of before, and gives
    /// its result. `None`: there will be no other one.
    ///
    /// Nobody is woken by each CPU, which would cost all of them: this looks again and again, at
    /// first all the time, later each millisecond.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait_any(&mut self, task: &TaskContext) -> Option<(CpuId, &C::Output)> {
        let poll = Poll::new(task);
        self.raw().head.class.wait();
        loop {
            let mut missing = false;
            for (cpu, element) in self.raw().elements() {
                match element.progress.step() {
                    Step::Ran { told: false } => {
                        element.progress.tell();
                        // SAFETY: It ran. Results are taken by `Object`, for which our token must
                        // go: not while it is borrowed.
                        return Some((cpu, unsafe { result::<C>(element) }));
                    }
                    Step::Queued | Step::Running => missing = true,
                    _ => (),
                }
            }
            if !missing {
                return None;
            }
            poll.pause();
        }
    }

    /// Says which CPUs have yet to end, and for how long the call has been waiting for them. A
    /// snapshot.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn missing(&self) -> impl Iterator<Item = Stall> + '_ {
        self.raw().missing()
    }

    /// # Safety
    ///
    /// The caller has waited.
    unsafe fn finish(self) -> Done<C> {
        // SAFETY: The call has ended: we own it all.
        unsafe {
            self.raw().head.take_back();
            Done::new(self.into_object())
        }
    }

    /// # Safety
    ///
    /// The call is not in flight.
    unsafe fn into_object(self) -> Object<C> {
        // SAFETY: By the type's invariant; this token goes without its drop.
        unsafe { Object::from_inner(ManuallyDrop::new(self).inner.get()) }
    }
}

impl<C: Callback> Deref for InFlight<C> {
    type Target = C;

    fn deref(&self) -> &C {
        // SAFETY: Valid by the type's invariant; callbacks have `&C` too.
        unsafe { &(*self.inner.as_ptr()).callback }
    }
}

impl<C: Callback> Drop for InFlight<C> {
    fn drop(&mut self) {
        // SAFETY: We hold the token, which ends here.
        unsafe { self.raw().head.detach() };
    }
}
