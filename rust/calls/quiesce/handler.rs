// SPDX-License-Identifier: GPL-2.0

use core::{
    mem::ManuallyDrop,
    ptr::NonNull, //
};
use kernel::sync::{
    atomic::{
        ordering,
        Atomic, //
    },
    rcu, //
};

use super::{
    token::Node,
    Callback,
    GracePeriod,
    Quiesced,
    Quiescing, //
};
use crate::{
    context::{
        IrqsOff,
        MaySendIpi,
        TaskContext, //
    },
    host, //
};

/// A slot with a handler, which any CPU may call while another one replaces it.
pub struct Handler<T: Send + Sync + 'static> {
    // INVARIANT: From `Quiesced::into_raw()`. Who takes it out owns it, but leaves it to readers
    // until a grace period later.
    current: Atomic<*mut Node<T>>,
}

// SAFETY: It owns a `T`, which is `Send`.
unsafe impl<T: Send + Sync + 'static> Send for Handler<T> {}
// SAFETY: It gives `&T` to any number of CPUs, and takes and gives `T`, which is `Send + Sync`.
unsafe impl<T: Send + Sync + 'static> Sync for Handler<T> {}

impl<T: Send + Sync + 'static> Handler<T> {
    /// Makes a slot.
    pub fn new(handler: Quiesced<T>) -> Self {
        // INVARIANT: As it says.
        Self {
            current: Atomic::new(handler.into_raw().as_ptr()),
        }
    }

    /// What a reader finds. It stays until the end of an RCU read-side section which began before
    /// this call.
    #[inline]
    fn find(&self) -> *mut Node<T> {
        // ORDERING: Acquire: who finds the pointer finds what it points to. Pairs with `swap()`.
        // (`rcu_dereference()` relies on the address dependency, which Rust does not know.)
        self.current.load(ordering::Acquire)
    }

    /// Calls `f` with the current handler, in an RCU read-side section.
    ///
    /// The section is not the caller's, who could leak it and let a task end within it.
    ///
    /// # Context
    ///
    /// Any. An `f` that sleeps breaks a rule of RCU, not of this crate.
    #[inline]
    pub fn read<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        let _section = rcu::read_lock();
        // SAFETY: The section began before and ends after `f` has its reference, and whoever has
        // taken the node out waits for that.
        f(unsafe { &(*self.find()).data })
    }

    /// The same where interrupts are off.
    ///
    /// There any code is a reader as far as RCU goes. The section makes it one that is seen: by
    /// lockdep, and by who moves this code out of interrupt context.
    #[inline]
    pub fn with<R>(&self, _cx: &IrqsOff, f: impl FnOnce(&T) -> R) -> R {
        self.read(f)
    }

    /// Takes out the handler.
    fn swap(&self, new: Quiesced<T>) -> NonNull<Node<T>> {
        // ORDERING: Full: release, what `new` points to is there; pairs with `find()`. And before
        // the caller's grace period: a reader that begins after it finds `new`.
        let old = self.current.xchg(new.into_raw().as_ptr(), ordering::Full);
        host::handler_replaced();
        // SAFETY: By the type's invariant.
        unsafe { NonNull::new_unchecked(old) }
    }

    /// Replaces the handler, and waits until no CPU runs the old one.
    ///
    /// Others may replace it at the same time: each gets what he has replaced.
    ///
    /// # Context
    ///
    /// Process context, may sleep. Not in an RCU read-side section: a deadlock, which is reported.
    pub fn replace(&self, new: Quiesced<T>, how: GracePeriod, task: &TaskContext) -> Quiesced<T> {
        let old = self.swap(new);
        how.wait(task);
        // SAFETY: Readers found it before the grace period, and it has waited for them.
        unsafe { Quiesced::from_raw(old) }
    }

    /// Replaces the handler. Those that are running go on, new ones run the new one: a call that
    /// begins after this does not run the old one.
    ///
    /// # Context
    ///
    /// Any but NMI, which `context` stands for; never sleeps or allocates. Not while holding a
    /// lock of the scheduler or of RCU.
    pub fn replace_async(&self, new: Quiesced<T>, _context: &impl MaySendIpi) -> Quiescing<T> {
        // SAFETY: Just taken out of where readers find it.
        unsafe { Quiescing::start(self.swap(new)) }
    }

    /// Takes the slot apart.
    pub fn into_inner(self) -> Quiesced<T> {
        let this = ManuallyDrop::new(self);
        // SAFETY: The slot is not dropped.
        unsafe { this.take() }
    }

    /// # Safety
    ///
    /// The caller owns the slot, and does not use it again.
    unsafe fn take(&self) -> Quiesced<T> {
        // SAFETY: By the type's invariant. Nobody reads it: whoever does has borrowed the slot.
        unsafe { Quiesced::from_raw(NonNull::new_unchecked(self.find())) }
    }
}

impl<A: ?Sized + 'static> Handler<Callback<A>> {
    /// Calls the current handler, in an RCU read-side section.
    ///
    /// Code without a token has [`IrqsOff::with`] and [`IrqsOff::try_with`]. The handler runs in
    /// the caller's context: a guard that it leaks is the caller's, for it may also hand one over
    /// in `arg`.
    ///
    /// # Context
    ///
    /// Interrupts off, which `cx` stands for.
    #[inline]
    pub fn call(&self, cx: &IrqsOff, arg: &A) {
        let _section = rcu::read_lock();
        // SAFETY: As in `read()`. The pointer is that of the whole node.
        unsafe { Callback::run(&raw const (*self.find()).data, cx, arg) };
    }
}

impl<T: Send + Sync + 'static> Drop for Handler<T> {
    /// Drops the handler, as [`Quiesced`] does. Any context.
    fn drop(&mut self) {
        // SAFETY: This is its end.
        drop(unsafe { self.take() });
    }
}
