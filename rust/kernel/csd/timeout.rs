// SPDX-License-Identifier: GPL-2.0

//! What tokens can do in a loadable crate, which knows of each call: timeouts, lockdep classes.

use kernel::{
    prelude::*,
    sync::LockClassKey,
    time::Jiffies, //
};

use super::{
    token::{
        Idle,
        InFlight,
        Output, //
    },
    Csd,
    CsdPointer,
    HasCsd, //
};
use crate::{
    context::TaskContext,
    host::Registered, //
};

pub use crate::stall::Stall;

impl<P: CsdPointer> Idle<P> {
    /// Shows an object to the registry before it gets its first token, or another one after the
    /// last was given up.
    ///
    /// # Safety
    ///
    /// The caller must ensure that no token of the object exists, and that its call is not in
    /// flight.
    pub(super) unsafe fn registered(pointer: P) -> P {
        let object = pointer.into_raw().as_ptr();
        // SAFETY: `object` came from `into_raw()`, hence is valid, and is taken back once. What `P`
        // owns is dropped before its memory goes. The caller promises that no token exists and that
        // the call is not in flight.
        unsafe {
            let raw = &(*P::Object::raw_get_csd(object)).raw;
            raw.adopt(Csd::<P::Object>::VTABLE);
            P::from_raw(object)
        }
    }

    /// Gives the callback a lockdep class of its own.
    ///
    /// By default the class of a callback is its type. That is too coarse for objects of one type
    /// whose callbacks take different locks: generic or erased closures, or a chain of objects.
    /// Lockdep then reports deadlocks that cannot be. `key` is from
    /// [`static_lock_class!`](kernel::sync::static_lock_class), and must not be that of a lock, nor
    /// of a module that may go before the object's. C function: `lockdep_set_class()`.
    ///
    /// # Context
    ///
    /// Any.
    pub fn with_lock_class(self, key: Pin<&'static LockClassKey>) -> Self {
        let object = self.into_inner().into_raw().as_ptr();
        // SAFETY: `object` came from `into_raw()`, hence is valid, and is taken back once. The
        // token that this consumed was the only one, and the call is not in flight.
        unsafe {
            (*P::Object::raw_get_csd(object))
                .raw
                .call
                .kept
                .class
                .set(key);
            Self::from_pointer(P::from_raw(object))
        }
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

impl<P: CsdPointer> InFlight<P> {
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
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        if unsafe { self.raw().wait_timeout(task, timeout) } {
            // SAFETY: The wait has just succeeded.
            return Ok(unsafe { self.finish() });
        }
        let stall = self.stall();
        Err(TimedOut {
            in_flight: self,
            stall,
        })
    }

    /// Says where the call is and for how long. A snapshot.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn stall(&self) -> Stall {
        self.raw().stall()
    }
}
