// SPDX-License-Identifier: GPL-2.0

//! The results of a call to many CPUs.

use core::{
    marker::PhantomData,
    ops::Deref, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

use super::{
    object::{
        Drain,
        Iter,
        Object, //
    },
    Callback,
    Idle, //
};

/// A call that has ended everywhere, with its result on each CPU.
///
/// A CPU that was called has an `Ok` with what the callback returned there, or the error that says
/// why it could not be called: [`ENXIO`], it was offline. Other CPUs have no result. To reduce the
/// results, fold the iterator.
///
/// Dropping this drops the results and the call, here; on PREEMPT_RT do so only where sleeping is
/// allowed.
#[cfg_attr(not(crosscall_upstream), doc = "In an NMI a workqueue drops them.")]
#[must_use = "the results and the right to queue are in here"]
pub struct Done<C: Callback> {
    object: Object<C>,
    // `&self` gives references to these.
    _results: PhantomData<C::Output>,
}

impl<C: Callback> Done<C> {
    pub(super) fn new(object: Object<C>) -> Self {
        Self {
            object,
            _results: PhantomData,
        }
    }

    /// The results by CPU.
    pub fn iter(&self) -> Iter<'_, C> {
        self.object.iter()
    }

    /// The result of `cpu`. `None`: it was not called, or its result has been taken.
    pub fn get(&self, cpu: CpuId) -> Option<Result<&C::Output>> {
        self.iter()
            .find(|&(of, _)| of == cpu)
            .map(|(_, result)| result)
    }

    /// Moves the results out. Results that the iterator has not reached stay.
    pub fn drain(&mut self) -> Drain<'_, C> {
        self.object.drain()
    }

    /// Drops the results, and gives the right to queue back.
    pub fn into_idle(mut self) -> Idle<C> {
        self.object.drop_results();
        // No results that need a drop are left, as `Idle` requires.
        Idle::from_object(self.object)
    }
}

impl<'a, C: Callback> IntoIterator for &'a Done<C> {
    type Item = (CpuId, Result<&'a C::Output>);
    type IntoIter = Iter<'a, C>;

    fn into_iter(self) -> Iter<'a, C> {
        self.iter()
    }
}

impl<C: Callback> Deref for Done<C> {
    type Target = C;

    fn deref(&self) -> &C {
        self.object.callback()
    }
}
