// SPDX-License-Identifier: GPL-2.0

use core::{
    marker::PhantomData,
    mem::ManuallyDrop,
    ops::Deref, //
};
use kernel::{
    cpu::CpuId,
    prelude::*,
    sync::LockClassKey,
    time::Jiffies, //
};

use super::{
    held::Held,
    raw::RawCsd,
    Csd,
    CsdCallback,
    CsdPointer,
    HasCsd,
    Killed,
    Stall, //
};
use crate::{
    context::TaskContext,
    host::Registered,
    owner::{
        Address,
        Owns, //
    },
};

/// The right to queue a call, and the call's owner.
///
/// Gives `&T` access to the object. A closure's is not of much use, see [`new`].
///
/// Dropping it drops the call, here; in an NMI a workqueue does that.
#[must_use = "dropping this drops the call"]
pub struct Idle<P: CsdPointer> {
    // INVARIANT: No other token of the object exists, and its call is not in flight.
    pub(super) pointer: Held<P>,
    // The csd is that of this very type; a supertype may have another one.
    _invariant: PhantomData<fn(P) -> P>,
}

impl<P: CsdPointer> Idle<P> {
    /// # Safety
    ///
    /// No other token of the object exists and its call is not in flight.
    pub(super) unsafe fn from_pointer(pointer: P) -> Self {
        // INVARIANT: By the safety requirements.
        Self {
            // SAFETY: By the safety requirements; this is to be the only token.
            pointer: unsafe { Held::new(pointer) },
            _invariant: PhantomData,
        }
    }

    /// Makes the first token of an object, or another one after the last was given up.
    ///
    /// # Safety
    ///
    /// No other token of the object exists and its call is not in flight.
    pub(super) unsafe fn from_new(pointer: P) -> Self {
        let object = pointer.into_raw().as_ptr();
        // SAFETY: `object` is valid. What `P` owns is dropped before its memory goes: unlike
        // memory that someone only initialises a csd in.
        unsafe {
            (*P::Object::raw_get_csd(object)).raw.register();
            Self::from_pointer(P::from_raw(object))
        }
    }

    /// Gives the callback a lockdep class of its own.
    ///
    /// By default the class of a callback is its type. That is too coarse for objects of one type
    /// whose callbacks take different locks: generic or erased closures, or a chain of objects.
    /// Lockdep then reports deadlocks that cannot be. `key` is from
    /// [`static_lock_class!`](kernel::sync::static_lock_class), and must not be that of a lock.
    /// C function: `lockdep_set_class()`.
    ///
    /// # Context
    ///
    /// Any.
    pub fn with_lock_class(self, key: Pin<&'static LockClassKey>) -> Self {
        let object = self.into_inner().into_raw().as_ptr();
        // SAFETY: `object` is valid, and the token that we consumed was the only one.
        unsafe {
            (*P::Object::raw_get_csd(object)).raw.call.class.set(key);
            Self::from_pointer(P::from_raw(object))
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
    /// - [`ESHUTDOWN`]: the module of the callback is being unloaded and its exit function is
    ///   over.
    ///
    /// # Context
    ///
    /// Any but NMI, where it is refused.
    pub fn call_on(self, cpu: CpuId) -> Result<InFlight<P>, Refused<Self>> {
        let object = self.into_inner().into_raw();
        // INVARIANT: `object` is from `into_raw()`, and the token that we consumed was the only
        // one.
        let in_flight = InFlight::<P> {
            object: Address::new(object),
            _owns: Owns::new(),
        };

        // SAFETY: `Idle` was the sole right to queue. The storage is valid and pinned until
        // `P::from_raw()`, which only who has waited, or the reaper, calls.
        match unsafe { in_flight.raw().queue(cpu) } {
            Ok(()) => Ok(in_flight),
            Err(error) => Err(Refused {
                // SAFETY: The call is not in flight after all, and `in_flight` is consumed.
                token: unsafe { in_flight.into_idle() },
                error,
            }),
        }
    }

    /// Gives up the right to queue and returns the object.
    pub fn into_inner(self) -> P {
        self.pointer.into_pointer()
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

/// A wait that has timed out.
#[must_use = "the token is in here"]
pub struct TimedOut<T> {
    /// The right to go on waiting.
    pub in_flight: T,
    /// Where the call is stuck.
    pub stall: Stall,
}

/// [`ETIMEDOUT`]; the token is dropped.
impl<T> From<TimedOut<T>> for Error {
    fn from(_: TimedOut<T>) -> Self {
        ETIMEDOUT
    }
}

/// The right to wait for a call.
///
/// Dropping it never blocks: if the call has yet to run it runs, and then a workqueue drops its
/// result and its object. It may be dropped in any context, NMI included.
#[must_use = "dropping this gives up the result"]
pub struct InFlight<P: CsdPointer> {
    // INVARIANT: From `P::into_raw()`. No other token of the object exists.
    object: Address<P::Object>,
    // Waiting elsewhere moves the pointer and the result there: `Send` if the pointer is, as the
    // result always is. `&self` gives nothing but `stall()`, which reads atomics.
    _owns: Owns<P>,
}

impl<P: CsdPointer> InFlight<P> {
    fn csd(&self) -> *const Csd<P::Object> {
        // SAFETY: `object` is valid by the type invariant.
        unsafe { P::Object::raw_get_csd(self.object.as_ptr()) }
    }

    fn raw(&self) -> &RawCsd {
        // SAFETY: The object lives as long as the token. Whoever has a mutable reference has a
        // pinned one, to an object that is not `Unpin` since a csd is not: it claims no `RawCsd`
        // for itself.
        unsafe { &(*self.csd()).raw }
    }

    /// Sleeps until the callback has returned, and gives its result and the right to queue back.
    ///
    /// Not interruptible: a call to a CPU that is alive ends. Lockdep reports a caller that holds
    /// a lock which the callback takes.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait(self, task: &TaskContext) -> (Idle<P>, Output<P>) {
        // SAFETY: We hold the token.
        unsafe { self.raw().call.wait(task) };
        // SAFETY: We have waited.
        unsafe { self.finish() }
    }

    /// Like [`Self::wait`], but gives up after `timeout` and says where the call is stuck.
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
    ) -> Result<(Idle<P>, Output<P>), TimedOut<Self>> {
        // SAFETY: We hold the token.
        if unsafe { self.raw().wait_timeout(task, timeout) } {
            // SAFETY: We have waited.
            return Ok(unsafe { self.finish() });
        }
        let stall = self.stall();
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
    pub fn wait_killable(self, task: &TaskContext) -> Result<(Idle<P>, Output<P>), Killed<Self>> {
        // SAFETY: We hold the token.
        if unsafe { self.raw().call.wait_killable(task) } {
            // SAFETY: We have waited.
            return Ok(unsafe { self.finish() });
        }
        Err(Killed { in_flight: self })
    }

    /// Like [`Self::wait`], but returns at once: with the token if the callback has not returned.
    ///
    /// # Context
    ///
    /// Any. In an NMI, which may have hit the end of the call, the token always comes back.
    pub fn try_wait(self) -> Result<(Idle<P>, Output<P>), Self> {
        // SAFETY: We hold the token.
        if unsafe { self.raw().call.try_wait() } {
            // SAFETY: We have waited.
            return Ok(unsafe { self.finish() });
        }
        Err(self)
    }

    /// Says where the call is and for how long. A snapshot.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn stall(&self) -> Stall {
        self.raw().stall()
    }

    /// # Safety
    ///
    /// The caller has waited.
    unsafe fn finish(self) -> (Idle<P>, Output<P>) {
        // SAFETY: The call has ended: we own its result, which the callback has written, and read
        // it once.
        unsafe {
            self.raw().call.take_back();
            let output = (*(*self.csd()).output.get()).assume_init_read();
            (self.into_idle(), output)
        }
    }

    /// # Safety
    ///
    /// The call is not in flight.
    unsafe fn into_idle(self) -> Idle<P> {
        let this = ManuallyDrop::new(self);
        // SAFETY: `object` is from `into_raw()`, and the token that has it is gone. Nobody else
        // has one.
        unsafe { Idle::from_pointer(P::from_raw(this.object.as_ptr())) }
    }
}

impl<P: CsdPointer> Drop for InFlight<P> {
    fn drop(&mut self) {
        // SAFETY: We hold the token, which ends here.
        unsafe { self.raw().call.detach() };
    }
}

/// What the callback behind a `P` returns.
pub type Output<P> = <<P as CsdPointer>::Object as CsdCallback>::Output;
