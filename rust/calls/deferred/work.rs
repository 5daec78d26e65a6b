// SPDX-License-Identifier: GPL-2.0

//! A registered work, and its owner.

use core::{
    marker::PhantomData,
    mem::{
        offset_of,
        ManuallyDrop,
        MaybeUninit, //
    },
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
    group::{
        Header,
        Run, //
    },
    Deferred,
    Outcome,
    Outcomes,
    Policy, //
};
use crate::{
    context::{might_be_allowed_to_sleep, IrqsOff, TaskContext},
    cpus,
    csd::Refused,
    nmi,
    owner::Address,
    reaper::{
        Parcel,
        Vtable, //
    },
};

#[repr(C)]
struct Inner<T> {
    // First: the callback gets a pointer to the header.
    header: Header,
    // Leaves the work to the reaper where dropping it must not sleep.
    parcel: Parcel,
    data: T,
}

/// A registered work, and the owner of what its callback uses.
///
/// Shared references queue it; they and the callbacks on all CPUs see the same `T`.
///
/// # Invariants
///
/// `inner` is from a box, which is not moved. The work is registered unless its module is going,
/// and its parcel is registered.
pub struct Work<T: Deferred> {
    inner: Address<Inner<T>>,
    // Owns and lends a `T`; the header is atomic, and is registered and unregistered anywhere.
    _owns: PhantomData<KBox<T>>,
    // `run()` and `reap()` are those of this very type.
    _invariant: PhantomData<fn(T) -> T>,
}

impl<T: Deferred> Work<T> {
    const VTABLE: &'static Vtable = {
        // SAFETY: `reap()` drops works of this type, for which the vtable is used.
        &unsafe { Vtable::new(Self::reap, core::any::type_name::<T>) }
    };

    /// Registers `data` as a work.
    ///
    /// # Errors
    ///
    /// `data` comes back.
    ///
    /// - [`ENOMEM`]
    /// - [`EPERM`]: this is an NMI.
    /// - [`ESHUTDOWN`]: the module of the callback is being unloaded.
    ///
    /// # Context
    ///
    /// As `flags` say: may sleep with `GFP_KERNEL`, and does not with `GFP_ATOMIC`, which is for
    /// any context that may allocate so. Takes no lock that sleeps.
    pub fn new(data: T, policy: Policy, flags: Flags) -> Result<Self, Refused<T>> {
        let refuse = |token, error| Err(Refused { token, error });
        if nmi::is_here() {
            return refuse(data, EPERM);
        }
        let Ok(memory) = KBox::<Inner<T>>::new_uninit(flags) else {
            return refuse(data, ENOMEM);
        };
        let inner = KBox::into_raw(KBox::write(
            memory,
            Inner {
                header: Header::new(Self::RUN, policy, core::any::type_name::<T>()),
                parcel: Parcel::new(Self::VTABLE),
                data,
            },
        ));
        // SAFETY: The box is ours, and of the type of `Self::RUN`. It stays until `take()`, after
        // `release()` or `release_revoked()`.
        if let Err(error) = unsafe { Header::register(&raw const (*inner).header, flags) } {
            // SAFETY: The pointer is from the box, is ours alone, and the work is not registered.
            return refuse(unsafe { Self::take(inner) }, error);
        }
        // SAFETY: The box is not moved, and stays until `take()`, which drops the parcel first.
        unsafe { (*inner).parcel.register() };
        Ok(Self {
            // SAFETY: A box is not null.
            //
            // INVARIANT: From a box that is not moved; the work and its parcel are registered.
            inner: Address::new(unsafe { NonNull::new_unchecked(inner) }),
            _owns: PhantomData,
            _invariant: PhantomData,
        })
    }

    /// Frees the box, and returns the data.
    ///
    /// # Safety
    ///
    /// The caller must own `inner`, which must be from a box; the work must not be registered.
    unsafe fn take(inner: *mut Inner<T>) -> T {
        // SAFETY: The caller promises to own `inner`, which is from a box, and that the work is not
        // registered. Of the three fields the header has nothing to drop, the parcel is dropped in
        // place, because it is pinned, and the data is moved out.
        unsafe {
            core::ptr::drop_in_place(&raw mut (*inner).parcel);
            let data = (&raw const (*inner).data).read();
            drop(KBox::from_raw(inner.cast::<MaybeUninit<Inner<T>>>()));
            data
        }
    }

    /// # Safety
    ///
    /// The caller must own the work that `parcel` is a field of, which must have been given up, and
    /// must not use it after this.
    unsafe fn reap(parcel: *const Parcel) {
        let offset = offset_of!(Inner<T>, parcel);
        // SAFETY: `drop()` has given up the parcel, which is in a box of this type, by a pointer
        // that may be used for all of the box. It has revoked the work before; since then there was
        // a grace period, and the work has no owner that could queue it. `release_revoked()`
        // unregisters it.
        unsafe {
            let inner = parcel.byte_sub(offset).cast::<Inner<T>>().cast_mut();
            (*inner).header.release_revoked();
            drop(Self::take(inner));
        }
    }

    const RUN: &'static Run = &(Self::run as Run);

    /// # Safety
    ///
    /// The caller must ensure that the header is that of a `Work<T>`, which is registered, as
    /// [`Header::run`] says.
    unsafe fn run(header: *const Header, cx: &IrqsOff) {
        // SAFETY: The caller promises that the header is that of a registered work, which is not
        // dropped meanwhile. The header is the first field, and the pointer is that of `new()`,
        // which may be used for all of the box.
        let inner = unsafe { &*header.cast::<Inner<T>>() };
        inner.data.run(cx);
    }

    fn header(&self) -> &Header {
        // SAFETY: By the type's invariant `inner` is from a box, which lives as long as `self` and
        // is only shared.
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

    /// Queues the work on each CPU of `cpus`, and calls `each` with the outcome there.
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

    /// Queues the work on each CPU of `cpus`, and counts the outcomes.
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

    /// Revokes what is pending on `cpu`, and returns whether there was any. It will not run.
    ///
    /// Does not wait for a callback that runs already.
    ///
    /// # Context
    ///
    /// Any.
    pub fn cancel_on(&self, cpu: CpuId) -> bool {
        self.header().cancel_on(cpu)
    }

    /// Revokes what is pending on all CPUs. Calls `revoked` with each CPU where there was any, and
    /// returns their number.
    ///
    /// # Context
    ///
    /// Any.
    pub fn cancel(&self, mut revoked: impl FnMut(CpuId)) -> usize {
        cpus::possible_cpus()
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
        for cpu in cpus::possible_cpus() {
            self.flush(cpu, task);
        }
    }

    /// Unregisters the work. Returns its data, and the number of CPUs where it was pending and will
    /// not run. `revoked` is called with each of them.
    ///
    /// Waits for callbacks that run, not for CPUs to leave user mode.
    ///
    /// `None`: the caller may not sleep, or `revoked` has left a section open in which one must
    /// not, which is a bug and reported. The work was dropped instead.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn unregister(self, task: &TaskContext, revoked: impl FnMut(CpuId)) -> Option<(T, usize)> {
        let count = self.cancel(revoked);
        // After the caller's code, which may have left an RCU read-side section open.
        if !task.may_sleep() {
            return None;
        }
        let this = ManuallyDrop::new(self);
        this.header().release();
        // SAFETY: By the type's invariant `inner` is from a box. `this`, its owner, is not dropped,
        // and the work is not registered any more.
        Some((unsafe { Self::take(this.inner.as_ptr()) }, count))
    }
}

impl<T: Deferred> Deref for Work<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: By the type's invariant `inner` is from a box, which lives as long as `self` and
        // is only shared.
        unsafe { &(*self.inner.as_ptr()).data }
    }
}

impl<T: Deferred> Drop for Work<T> {
    /// Revokes what is pending. Where this may sleep it waits for callbacks that run, and drops the
    /// data; elsewhere a workqueue does both later. Any context, NMI included.
    ///
    /// Without `CONFIG_PREEMPT_COUNT` the kernel cannot tell, and it is always the workqueue.
    fn drop(&mut self) {
        self.cancel(|_| ());
        if cfg!(CONFIG_PREEMPT_COUNT) && might_be_allowed_to_sleep() {
            // SAFETY: By the type's invariant `inner` is valid, and its owner ends here.
            let parcel = unsafe { &(*self.inner.as_ptr()).parcel };
            // Leaked if the module of the callback is gone, as the reaper does: no code is left
            // that could drop the data.
            let Some(_kept) = parcel.keep_module() else {
                return;
            };
            self.header().release();
            // SAFETY: By the type's invariant `inner` is from a box, whose owner ends here; the
            // work is not registered any more.
            drop(unsafe { Self::take(self.inner.as_ptr()) });
        } else {
            // SAFETY: By the type's invariant `inner` is valid, and its owner ends here. Callbacks
            // that still run are RCU readers, or are waited for by `reap()`.
            unsafe { Parcel::give_up(&raw const (*self.inner.as_ptr()).parcel) };
        }
    }
}
