// SPDX-License-Identifier: GPL-2.0

//! What tokens can do in a loadable crate, which knows of each call: timeouts, lockdep classes.

use kernel::{
    prelude::*,
    sync::LockClassKey,
    time::Jiffies, //
};

use super::{
    object::Object,
    raw::RawMany,
    Callback,
    Done,
    Idle,
    InFlight, //
};
use crate::{
    call::RawCall,
    context::TaskContext,
    host::Registered, //
};

pub use crate::{
    csd::TimedOut,
    stall::Stall, //
};

impl<C: Callback> Object<C> {
    /// In an NMI, where nothing may be freed: leaves it to the reaper, and returns true.
    pub(super) fn is_left_to_reaper(&self) -> bool {
        // SAFETY: The call is not in flight and this is its only token. All that it owns is
        // `'static`. The one caller is the end of the object.
        unsafe { RawCall::abandon_in_nmi(self.head()) }
    }
}

impl<C: Callback> Idle<C> {
    #[inline]
    pub(super) fn raw(&self) -> &RawMany {
        self.object.raw()
    }

    /// Gives the callback a lockdep class of its own; see
    /// [`csd::Idle::with_lock_class`](crate::csd::Idle::with_lock_class). Any context.
    pub fn with_lock_class(self, key: Pin<&'static LockClassKey>) -> Self {
        self.raw().head.kept.class.set(key);
        self
    }
}

impl<C: Callback> InFlight<C> {
    /// Like [`Self::wait`], but gives up after `timeout` (or twice that, if the last one returns as
    /// it ends); [`Self::missing`] gives the CPUs that have yet to end.
    ///
    /// # Errors
    ///
    /// The token comes back in the error, with a report on one of the missing CPUs. The counters
    /// `stalled` of all of them go up.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn wait_timeout(
        self,
        task: &TaskContext,
        timeout: Jiffies,
    ) -> Result<Done<C>, TimedOut<Self>> {
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        if unsafe { self.raw().wait_timeout(task, timeout) } {
            // SAFETY: The wait has just succeeded.
            return Ok(unsafe { self.finish() });
        }
        let missing = self.missing().next();
        // If none is missing, the last CPU has ended meanwhile, and is about to complete the call.
        //
        // SAFETY: `self` is the one right to wait, and no wait has succeeded: that consumes it.
        if missing.is_none() && unsafe { self.raw().head.wait_at_most(task, timeout.max(1)) } {
            // SAFETY: The wait has just succeeded.
            return Ok(unsafe { self.finish() });
        }
        let stall = missing.unwrap_or_else(|| self.raw().stall());
        Err(TimedOut {
            in_flight: self,
            stall,
        })
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
}
