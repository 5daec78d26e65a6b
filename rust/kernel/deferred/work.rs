// SPDX-License-Identifier: GPL-2.0

use core::{
    marker::PhantomData,
    mem::ManuallyDrop,
    ops::Deref,
    ptr::NonNull, //
};
use kernel::{
    alloc::{
        Flags,
        KBox, //
    },
    cpu::{
        nr_cpu_ids,
        CpuId, //
    },
    cpumask::Cpumask,
    prelude::*,
    sync::LockClassKey, //
};

use super::{
    slots::{
        Header,
        Run, //
    },
    Deferred,
    Outcome,
    Outcomes,
    Policy, //
};
use crate::{
    context::{
        may_sleep,
        IrqsOff,
        TaskContext, //
    },
    csd::Refused,
    owner::Address,
    stats, //
};

#[repr(C)]
struct Inner<T> {
    // First: the callback gets a pointer to it.
    header: Header,
    data: T,
}

/// A registered work, and the owner of what its callback uses.
///
/// Shared references queue it; they and the callbacks on all CPUs see the same `T`.
pub struct Work<T: Deferred> {
    // INVARIANT: From a box, and registered unless its module is going.
    inner: Address<Inner<T>>,
    // Owns and lends a `T`; the header is atomic, and is registered and unregistered anywhere.
    _owns: PhantomData<KBox<T>>,
    // `run()` is that of this very type.
    _invariant: PhantomData<fn(T) -> T>,
}

impl<T: Deferred> Work<T> {
    /// Registers `data` as a work.
    ///
    /// # Errors
    ///
    /// `data` comes back.
    ///
    /// - [`ENOSPC`]: there are 64 works already.
    /// - [`ENOMEM`]
    /// - [`ESHUTDOWN`]: the module of the callback is being unloaded.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn new(data: T, policy: Policy, flags: Flags) -> Result<Self, Refused<T>> {
        let Ok(memory) = KBox::<Inner<T>>::new_uninit(flags) else {
            return Err(Refused {
                token: data,
                error: ENOMEM,
            });
        };
        let header = Header::new(Self::RUN, policy, core::any::type_name::<T>());
        let inner = KBox::into_raw(KBox::write(memory, Inner { header, data }));
        // SAFETY: The box is ours. It stays until `into_box()`, after `release()`.
        let registered = unsafe { Header::register(&raw const (*inner).header) };
        match registered {
            Ok(()) => Ok(Self {
                // SAFETY: A box is not null.
                //
                // INVARIANT: From a box, and registered.
                inner: Address::new(unsafe { NonNull::new_unchecked(inner) }),
                _owns: PhantomData,
                _invariant: PhantomData,
            }),
            Err(error) => Err(Refused {
                // SAFETY: Nobody else has the pointer.
                token: KBox::into_inner(unsafe { KBox::from_raw(inner) }).data,
                error,
            }),
        }
    }

    const RUN: &'static Run = &(Self::run as Run);

    /// # Safety
    ///
    /// See [`Header::run`].
    unsafe fn run(header: *const Header, cx: &IrqsOff) {
        // SAFETY: The header is the first field, and the pointer is that of `new()`, which may be
        // used for all of it. A registered work is not dropped.
        let inner = unsafe { &*header.cast::<Inner<T>>() };
        inner.data.run(cx);
    }

    fn header(&self) -> &Header {
        // SAFETY: Valid by the type's invariant.
        unsafe { &(*self.inner.as_ptr()).header }
    }

    /// Gives the callback a lockdep class of its own; see
    /// [`csd::Idle::with_lock_class`](crate::csd::Idle::with_lock_class). Any context.
    pub fn with_lock_class(self, key: Pin<&'static LockClassKey>) -> Self {
        self.header().class.set(key);
        self
    }

    /// Queues the work on `cpu`.
    ///
    /// Writes before this are visible to the run to come, whatever the outcome, unless it was
    /// refused. On the caller's own CPU the work runs as soon as interrupts are on.
    ///
    /// # Context
    ///
    /// Any but NMI; with [`Policy::Only`] NMI too. Never sleeps, spins or allocates.
    pub fn queue_on(&self, cpu: CpuId) -> Outcome {
        self.header().queue_on(cpu)
    }

    /// Queues the work on each CPU of `cpus`, and tells what has become of it there.
    ///
    /// # Context
    ///
    /// As [`Self::queue_on`]; `each` is called in the caller's context.
    pub fn queue_each(&self, cpus: &Cpumask, mut each: impl FnMut(CpuId, Outcome)) {
        let cpus = (0..nr_cpu_ids())
            .filter_map(CpuId::from_u32)
            .filter(|&cpu| cpus.test(cpu));
        for cpu in cpus {
            each(cpu, self.queue_on(cpu));
        }
    }

    /// Queues the work on each CPU of `cpus`, and counts what has become of it.
    ///
    /// # Context
    ///
    /// As [`Self::queue_on`].
    pub fn queue_mask(&self, cpus: &Cpumask) -> Outcomes {
        let mut outcomes = Outcomes::default();
        self.queue_each(cpus, |_, outcome| outcomes.add(outcome));
        outcomes
    }

    /// Whether a run on `cpu` is yet to begin. A snapshot.
    pub fn is_pending_on(&self, cpu: CpuId) -> bool {
        self.header().is_pending_on(cpu)
    }

    /// Revokes what is pending on `cpu`: whether there was something. It will not run.
    ///
    /// Does not wait for a callback that runs already.
    ///
    /// # Context
    ///
    /// Any.
    pub fn cancel_on(&self, cpu: CpuId) -> bool {
        self.header().cancel_on(cpu)
    }

    /// Revokes what is pending on all CPUs, and tells where there was something, and how often.
    ///
    /// # Context
    ///
    /// Any.
    pub fn cancel(&self, mut revoked: impl FnMut(CpuId)) -> usize {
        stats::possible_cpus()
            .filter(|&cpu| self.cancel_on(cpu))
            .map(&mut revoked)
            .count()
    }

    /// Waits until all that was accepted for `cpu` before has run. If it has not, the CPU is
    /// interrupted.
    ///
    /// Lockdep reports a caller that holds a lock which the callback takes.
    ///
    /// # Context
    ///
    /// Process context.
    pub fn flush(&self, cpu: CpuId, task: &TaskContext) {
        self.header().flush(cpu, task);
    }

    /// Waits until all that was accepted before has run, on all CPUs; see [`Self::flush`].
    ///
    /// # Context
    ///
    /// Process context.
    pub fn flush_all(&self, task: &TaskContext) {
        for cpu in stats::possible_cpus() {
            self.flush(cpu, task);
        }
    }

    /// Unregisters the work. Returns its data, and on how many CPUs it was pending: there it will
    /// not run. `revoked` is told where.
    ///
    /// Waits for callbacks that run, not for CPUs to leave user mode.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn unregister(self, task: &TaskContext, revoked: impl FnMut(CpuId)) -> Option<(T, usize)> {
        if !task.may_sleep() {
            // Leaked; see `drop()`.
            self.cancel(revoked);
            core::mem::forget(self);
            return None;
        }
        let this = ManuallyDrop::new(self);
        let count = this.header().release(revoked);
        // SAFETY: `this` is not dropped, and the work is not registered any more.
        let inner = unsafe { KBox::from_raw(this.inner.as_ptr()) };
        Some((KBox::into_inner(inner).data, count))
    }
}

impl<T: Deferred> Deref for Work<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: Valid by the type's invariant.
        unsafe { &(*self.inner.as_ptr()).data }
    }
}

impl<T: Deferred> Drop for Work<T> {
    /// Revokes what is pending and waits for callbacks that run. Process context, may sleep.
    fn drop(&mut self) {
        if !may_sleep() {
            // Waiting is impossible here. What is leaked is harmless, and does not run any more.
            self.cancel(|_| ());
            return;
        }
        self.header().release(|_| ());
        // SAFETY: The work is not registered any more, and we own it.
        drop(unsafe { KBox::from_raw(self.inner.as_ptr()) });
    }
}
