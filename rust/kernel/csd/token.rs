// SPDX-License-Identifier: GPL-2.0

//! The tokens of a call: the right to queue it, and the right to wait for it.

use core::{
    marker::PhantomData,
    mem::ManuallyDrop,
    ops::Deref, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use super::{
    held::Held,
    raw::RawCsd,
    Csd,
    CsdCallback,
    CsdPointer,
    HasCsd,
    Killed, //
};
use crate::{
    call::RawCall,
    context::TaskContext,
    owner::{
        Address,
        Owns, //
    },
};

/// The right to queue a call, and the call's owner.
///
/// Gives `&T` access to the object. For closures the reference is of no use.
///
/// Dropping it drops the call, here. (For NMI see the [module](super).)
///
/// # Invariants
///
/// No other token of the object exists, and its call is not in flight.
#[must_use = "dropping this drops the call"]
pub struct Idle<P: CsdPointer> {
    #[cfg(not(crosscall_upstream))]
    pub(super) pointer: Held<P>,
    #[cfg(crosscall_upstream)]
    pub(super) pointer: P,
    // Invariant in `P`: the csd is that of this very type, and a supertype may have another one.
    _invariant: PhantomData<fn(P) -> P>,
}

impl<P: CsdPointer> Idle<P> {
    /// # Safety
    ///
    /// The caller must ensure that no other token of the object exists, and that its call is not in
    /// flight.
    pub(super) unsafe fn from_pointer(pointer: P) -> Self {
        // SAFETY: The caller promises that the call is not in flight and that no other token
        // exists. None is made before this one is consumed.
        #[cfg(not(crosscall_upstream))]
        let pointer = unsafe { Held::new(pointer) };
        // INVARIANT: The caller promises that no other token exists, and that the call is not in
        // flight.
        Self {
            pointer,
            _invariant: PhantomData,
        }
    }

    /// Queues the call on `cpu` and returns at once.
    ///
    /// On the caller's own CPU the callback runs before this returns, with interrupts off. C
    /// function: `smp_call_function_single_async()`.
    ///
    /// # Errors
    ///
    /// The token, and with it the object, is in the error; `?` drops it.
    ///
    /// - [`ENXIO`]: `cpu` is offline, or not possible.
    /// - [`EBUSY`]: the csd is in use. Cannot happen unless other code writes to it.
    /// - [`EPERM`]: this is an NMI.
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "- [`ESHUTDOWN`]: the module of the callback is being unloaded and its exit
  function is over."
    )]
    ///
    /// # Context
    ///
    /// Any but NMI, where it is refused.
    pub fn call_on(self, cpu: CpuId) -> Result<InFlight<P>, Refused<Self>> {
        let object = self.into_inner().into_raw();
        // INVARIANT: `object` is from `into_raw()`, and the token that this consumed was the only
        // one.
        let in_flight = InFlight::<P> {
            object: Address::new(object.cast()),
            _owns: Owns::new(),
        };

        // SAFETY: `Idle` was the sole right to queue. The storage is valid and pinned until
        // `P::from_raw()`, which only the waiter, after its wait, and the reaper call.
        match unsafe { in_flight.raw().queue(cpu) } {
            Ok(()) => Ok(in_flight),
            Err(error) => Err(Refused {
                // SAFETY: The call was refused, so that it is not in flight, and `in_flight` is
                // consumed.
                token: unsafe { in_flight.into_idle() },
                error,
            }),
        }
    }

    /// Gives up the right to queue and returns the object.
    pub fn into_inner(self) -> P {
        let Self { pointer, .. } = self;
        #[cfg(not(crosscall_upstream))]
        let pointer = pointer.into_pointer();
        pointer
    }
}

impl<P> Deref for Idle<P>
where
    P: CsdPointer + Deref<Target = <P as CsdPointer>::Object>,
{
    type Target = <P as CsdPointer>::Object;

    fn deref(&self) -> &Self::Target {
        &self.pointer
    }
}

/// What a refused call gives back.
#[must_use = "the token is in here"]
pub struct Refused<T> {
    /// What was to be queued.
    pub token: T,
    /// Why it was not.
    pub error: Error,
}

impl<T> From<Refused<T>> for Error {
    fn from(refused: Refused<T>) -> Self {
        refused.error
    }
}

/// The right to wait for a call.
///
/// Dropping it never blocks: a call that has yet to run still runs, and then a workqueue drops its
/// result and its object.
#[cfg_attr(
    crosscall_upstream,
    doc = "It may be dropped wherever a work item may be enqueued: not in an NMI, nor under a
lock that the scheduler or workqueues take."
)]
///
/// # Invariants
///
/// `object` is from `P::into_raw()`, and no other token of the object exists.
#[must_use = "dropping this gives up the result"]
pub struct InFlight<P: CsdPointer> {
    // Not an `Address<P::Object>`, see `owner.rs`.
    object: Address<()>,
    // Waiting elsewhere moves the pointer and the result there: `Send` if the pointer is, as the
    // result always is. `&self` gives nothing but what is read from atomics.
    _owns: Owns<P>,
}

impl<P: CsdPointer> InFlight<P> {
    fn object(&self) -> *mut P::Object {
        self.object.as_ptr().cast()
    }

    fn csd(&self) -> *const Csd<P::Object> {
        // SAFETY: `object` is from `into_raw()` by the type's invariant, hence points to an object.
        unsafe { <P::Object as HasCsd>::raw_get_csd(self.object()) }
    }

    pub(super) fn raw(&self) -> &RawCsd {
        // SAFETY: The object lives as long as the token. A mutable reference that the callback has
        // is a pinned one, to an object that is not `Unpin` since a csd is not: it does not claim
        // the `RawCsd` for itself.
        unsafe { &(*self.csd()).raw }
    }

    /// Sleeps until the callback has returned, and gives its result and the right to queue back.
    ///
    /// Not interruptible: a call to a CPU that is alive ends.
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "Lockdep reports a caller that holds a lock which the callback takes."
    )]
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait(self, task: &TaskContext) -> (Idle<P>, Output<P>) {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        unsafe { self.raw().call.wait_and_take_back(task) };
        // SAFETY: The wait has just succeeded, and has taken the storage back.
        unsafe { self.into_result() }
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
    pub fn wait_killable(self, task: &TaskContext) -> Result<(Idle<P>, Output<P>), Killed<Self>> {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        if unsafe { self.raw().call.wait_killable(task) } {
            // SAFETY: The wait has just succeeded.
            return Ok(unsafe { self.finish() });
        }
        Err(Killed { in_flight: self })
    }

    /// Like [`Self::wait`], but returns at once: with the token if the callback has not returned.
    ///
    /// # Context
    ///
    /// Any. In an NMI, which must not drop what it would get, the token always comes back.
    pub fn try_wait(self) -> Result<(Idle<P>, Output<P>), Self> {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        if unsafe { self.raw().call.try_take_back() } {
            // SAFETY: The wait has just succeeded, and has taken the storage back.
            return Ok(unsafe { self.into_result() });
        }
        Err(self)
    }

    /// # Safety
    ///
    /// The caller must ensure that a wait of this token has just succeeded.
    pub(super) unsafe fn finish(self) -> (Idle<P>, Output<P>) {
        // SAFETY: The caller promises that the wait has succeeded, and the storage is taken back.
        unsafe {
            self.raw().call.take_back();
            self.into_result()
        }
    }

    /// # Safety
    ///
    /// The caller must ensure that a wait of this token has just succeeded, and that the storage is
    /// taken back.
    unsafe fn into_result(self) -> (Idle<P>, Output<P>) {
        // SAFETY: The caller promises that the wait has succeeded: the call has ended, the callback
        // has written its result, which is read once, and the call is not in flight.
        unsafe {
            let output = (*(*self.csd()).output.get()).assume_init_read();
            (self.into_idle(), output)
        }
    }

    /// # Safety
    ///
    /// The caller must ensure that the call is not in flight.
    unsafe fn into_idle(self) -> Idle<P> {
        let this = ManuallyDrop::new(self);
        // SAFETY: By the type's invariant `object` is from `into_raw()` and this is the only token;
        // it is consumed here without a drop. The caller promises that the call is not in flight.
        unsafe { Idle::from_pointer(P::from_raw(this.object())) }
    }
}

impl<P: CsdPointer> Drop for InFlight<P> {
    fn drop(&mut self) {
        // SAFETY: `self` is the one `InFlight`, and no wait has succeeded: that consumes it without
        // a drop. It ends here.
        unsafe { RawCall::detach(&raw const (*self.csd()).raw.call) };
    }
}

/// What the callback behind a `P` returns.
pub type Output<P> = <<P as CsdPointer>::Object as CsdCallback>::Output;
