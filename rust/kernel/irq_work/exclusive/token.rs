// SPDX-License-Identifier: GPL-2.0

//! The rights to queue an exclusive work, and to wait for it.

use core::{
    marker::PhantomData,
    mem::ManuallyDrop,
    ops::Deref,
    pin::Pin, //
};
use kernel::{
    alloc::KBox,
    cpu::CpuId,
    prelude::*,
    sync::LockClassKey,
    time::Jiffies, //
};

use super::Exclusive;
use crate::{
    context::{
        MaySendIpi,
        TaskContext, //
    },
    csd::{
        Killed,
        Refused,
        TimedOut, //
    },
    grace_period::GracePeriod,
    host::Registered,
    irq_work::{
        pointer::IrqWorkPointer,
        raw::RawIrqWork,
        HasIrqWork,
        IrqWork,
        IrqWorkCallback, //
    },
    owner::{
        Address,
        Owns, //
    },
    poll::{
        GaveUp,
        Limit, //
    },
    stall::Stall, //
};

/// The one token of an object.
///
/// # Invariants
///
/// `object` is from `Exclusive::into_raw()`, and there is no other token of the object.
struct Token<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    object: Address<T>,
    _owns: Owns<Exclusive<T>>,
}

impl<T> Token<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    fn raw(&self) -> &RawIrqWork {
        // SAFETY: The object lives as long as its token. A mutable reference that the callback has
        // is a pinned one, to an object that is not `Unpin` since an irq_work is not: it does not
        // claim the `RawIrqWork` for itself.
        unsafe {
            let work: *const IrqWork<T> = T::raw_get_irq_work(self.object.as_ptr());
            &(*work).raw
        }
    }
}

impl<T> Drop for Token<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    fn drop(&mut self) {
        // SAFETY: The token is the one handle, owns the object and ends here; the pointer goes to
        // the reaper.
        unsafe {
            let work: *const IrqWork<T> = T::raw_get_irq_work(self.object.as_ptr());
            RawIrqWork::put(&raw const (*work).raw);
        }
    }
}

/// The right to queue an exclusive work, and its owner.
///
/// Dropping it never blocks, and may be done in any context, NMI included; a workqueue drops the
/// object.
///
/// # Invariants
///
/// The work is neither pending nor running.
#[must_use = "dropping this drops the work"]
pub struct Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    token: Token<T>,
    // `&self` gives `&T`.
    _lends: PhantomData<Exclusive<T>>,
}

impl<T> From<Pin<KBox<T>>> for Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    fn from(object: Pin<KBox<T>>) -> Self {
        // INVARIANT: From `into_raw()`. Another token would own the box, which this function owns:
        // there is none.
        let token = Token {
            object: Address::new(Exclusive(object).into_raw()),
            _owns: Owns::new(),
        };
        // SAFETY: The object has no other token. It is pinned, and its box drops it before the
        // memory goes.
        unsafe {
            token.raw().adopt(IrqWork::<T>::VTABLE);
            token.raw().open();
        }
        // SAFETY: The work is idle: it was when its last token was given up, and since then there
        // was no token to queue it.
        unsafe { Self::from_token(token) }
    }
}

impl<T> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    /// # Safety
    ///
    /// The caller must ensure that the work is neither pending nor running.
    unsafe fn from_token(token: Token<T>) -> Self {
        // INVARIANT: The caller promises that the work is neither pending nor running.
        Self {
            token,
            _lends: PhantomData,
        }
    }

    /// Gives the callback a lockdep class of its own; see
    /// [`csd::Idle::with_lock_class`](crate::csd::Idle::with_lock_class). Any context.
    pub fn with_lock_class(self, key: Pin<&'static LockClassKey>) -> Self {
        self.token.raw().class.set(key);
        self
    }

    /// Queues the work on this CPU.
    ///
    /// # Errors
    ///
    /// As [`Handle::queue`](crate::irq_work::Handle::queue). The token is in the error; `?` drops
    /// it.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn queue(self) -> Result<InFlight<T>, Refused<Self>> {
        // SAFETY: `self` is the one right to queue. The object is valid until the reaper or
        // `into_inner()` has waited for the run and a grace period.
        let queued = unsafe { self.token.raw().queue_exclusive() }.into_result();
        self.queued(queued)
    }

    /// Queues the work on `cpu`.
    ///
    /// # Errors
    ///
    /// As [`Handle::queue_on`](crate::irq_work::Handle::queue_on). The token is in the error; `?`
    /// drops it.
    ///
    /// # Context
    ///
    /// Any but NMI, which `context` stands for.
    pub fn queue_on(
        self,
        cpu: CpuId,
        _context: &impl MaySendIpi,
    ) -> Result<InFlight<T>, Refused<Self>> {
        // SAFETY: `self` is the one right to queue. The object is valid until the reaper or
        // `into_inner()` has waited for the run and a grace period.
        let queued = unsafe { self.token.raw().queue_exclusive_on(cpu) }.into_result();
        self.queued(queued)
    }

    fn queued(self, queued: Result<bool>) -> Result<InFlight<T>, Refused<Self>> {
        match queued {
            // An exclusive claim does not fail.
            Ok(_) => Ok(InFlight { token: self.token }),
            Err(error) => Err(Refused { token: self, error }),
        }
    }

    /// Gives access to the object while it is not queued.
    pub fn as_mut(&mut self) -> Pin<&mut T> {
        // SAFETY: By the type's invariant the work is idle, and its only token, which owns the
        // pinned object, is mutably borrowed.
        unsafe { Pin::new_unchecked(&mut *self.token.object.as_ptr()) }
    }

    /// Waits for a grace period, and returns the object.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn into_inner(self, task: &TaskContext) -> Pin<KBox<T>> {
        self.into_inner_with(GracePeriod::Normal, task)
    }

    /// [`Self::into_inner`], with a grace period of the caller's choice.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn into_inner_with(self, how: GracePeriod, task: &TaskContext) -> Pin<KBox<T>> {
        let token = ManuallyDrop::new(self.token);
        // SAFETY: This was the only token, which is not dropped: the last handle and its pointer
        // are ours.
        unsafe {
            token.raw().quiesce(how, task);
            Exclusive::from_raw(token.object.as_ptr()).0
        }
    }
}

impl<T> Deref for Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: By the type's invariant the work is idle, and its only token, which owns the
        // object, is borrowed.
        unsafe { &*self.token.object.as_ptr() }
    }
}

/// The right to wait for an exclusive work.
///
/// Dropping it never blocks, and may be done in any context, NMI included: the work runs, and then
/// a workqueue drops the object.
#[must_use = "dropping this gives up the work"]
pub struct InFlight<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    token: Token<T>,
}

impl<T> InFlight<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    /// Sleeps until the callback has returned.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait(self, task: &TaskContext) -> Idle<T> {
        self.token.raw().wait_idle(task);
        // SAFETY: The work is idle, and stays so: only an `Idle` token can queue it, and this was
        // the only token.
        unsafe { Idle::from_token(self.token) }
    }

    /// Like [`Self::wait`], but gives up after `timeout` and says where the work is stuck.
    ///
    /// # Errors
    ///
    /// The token comes back in the error. The counter `stalled` of the target goes up.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait_timeout(
        self,
        task: &TaskContext,
        timeout: Jiffies,
    ) -> Result<Idle<T>, TimedOut<Self>> {
        match self
            .token
            .raw()
            .wait_idle_within(Limit::Timeout(timeout), task)
        {
            // SAFETY: The work is idle, and stays so: only an `Idle` token can queue it, and this
            // was the only token.
            Ok(()) => Ok(unsafe { Idle::from_token(self.token) }),
            Err(GaveUp) => Err(TimedOut {
                stall: self.token.raw().timed_out(),
                in_flight: self,
            }),
        }
    }

    /// Like [`Self::wait`], but gives up when the task gets a fatal signal.
    ///
    /// # Errors
    ///
    /// The token comes back in the error, which is `EINTR`.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait_killable(self, task: &TaskContext) -> Result<Idle<T>, Killed<Self>> {
        match self.token.raw().wait_idle_within(Limit::Killed, task) {
            // SAFETY: The work is idle, and stays so: only an `Idle` token can queue it, and this
            // was the only token.
            Ok(()) => Ok(unsafe { Idle::from_token(self.token) }),
            Err(GaveUp) => Err(Killed { in_flight: self }),
        }
    }

    /// Says where the work is and for how long. A snapshot.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn stall(&self) -> Stall {
        self.token.raw().stall()
    }

    /// Like [`Self::wait`], but returns at once: with the token if the callback has not returned.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn try_wait(self) -> Result<Idle<T>, Self> {
        if self.token.raw().state.is_idle() {
            // SAFETY: The work is idle, and stays so: only an `Idle` token can queue it, and this
            // was the only token.
            return Ok(unsafe { Idle::from_token(self.token) });
        }
        Err(self)
    }
}
