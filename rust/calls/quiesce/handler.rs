// SPDX-License-Identifier: GPL-2.0

//! A slot whose handler can be replaced while it is called.

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

/// Shows lockdep the RCU reader that code with interrupts off is. Without `CONFIG_PROVE_RCU` this
/// does nothing.
#[inline]
fn show_section(_cx: &IrqsOff) -> Option<rcu::Guard> {
    cfg!(CONFIG_PROVE_RCU).then(rcu::read_lock)
}

/// A slot with a handler, which any CPU may call while another one replaces it.
///
/// # Invariants
///
/// `current` is from `Quiesced::into_raw()`, and owned by the slot. Code that takes it out owns it,
/// but leaves it to readers until a grace period later.
pub struct Handler<T: Send + Sync + 'static> {
    current: Atomic<*mut Node<T>>,
}

// SAFETY: It owns a `T`, which is `Send`.
unsafe impl<T: Send + Sync + 'static> Send for Handler<T> {}
// SAFETY: It gives `&T` to any number of CPUs, and takes and gives `T`, which is `Send + Sync`.
unsafe impl<T: Send + Sync + 'static> Sync for Handler<T> {}

impl<T: Send + Sync + 'static> Handler<T> {
    /// Makes a slot.
    pub fn new(handler: Quiesced<T>) -> Self {
        // INVARIANT: From `into_raw()`, and owned by the slot.
        Self {
            current: Atomic::new(handler.into_raw().as_ptr()),
        }
    }

    /// Finds the current handler. It stays valid until the end of an RCU read-side section which
    /// began before this call.
    #[inline]
    fn find(&self) -> *mut Node<T> {
        // ORDERING: Acquire: a reader that finds the pointer finds what it points to. Pairs with
        // `swap()`. (`rcu_dereference()` relies on the address dependency, which Rust does not
        // know.) Litmus test: quiesce-published.
        self.current.load(ordering::Acquire)
    }

    /// Calls `f` with the current handler, in an RCU read-side section.
    ///
    /// This function has the section, because a caller could leak it and let a task end within it.
    ///
    /// # Context
    ///
    /// Any. `f` must not sleep: that is a rule of RCU.
    #[inline]
    pub fn read<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        let _section = rcu::read_lock();
        // SAFETY: The section begins before `f` gets its reference and ends after `f` has returned.
        // Code that takes the node out of the slot leaves it to readers until a grace period later,
        // by the type's invariant.
        f(unsafe { &(*self.find()).data })
    }

    /// Like [`Self::read`], where interrupts are off: there any code is an RCU reader, and needs no
    /// section of its own.
    ///
    /// # Context
    ///
    /// Interrupts are off. `f` must not sleep, which would end the section.
    #[inline]
    pub fn with<R>(&self, cx: &IrqsOff, f: impl FnOnce(&T) -> R) -> R {
        let _section = show_section(cx);
        // SAFETY: Interrupts are off from before `find()` until `f` has returned, which makes this
        // an RCU reader. Code that takes the node out of the slot leaves it to readers until a
        // grace period later, by the type's invariant.
        f(unsafe { &(*self.find()).data })
    }

    /// Installs a handler, and takes out the old one.
    fn swap(&self, new: Quiesced<T>) -> NonNull<Node<T>> {
        // ORDERING: Full: the release half makes visible what `new` points to; pairs with `find()`.
        // The barrier also orders the exchange before the caller's grace period: a reader that
        // begins after the start of that finds `new`. Litmus tests: quiesce-published,
        // quiesce-replaced, quiesce-async.
        let old = self.current.xchg(new.into_raw().as_ptr(), ordering::Full);
        host::handler_replaced();
        // SAFETY: By the type's invariant the pointer was from `Quiesced::into_raw()`, hence not
        // null.
        unsafe { NonNull::new_unchecked(old) }
    }

    /// Replaces the handler, and waits until no CPU runs the old one.
    ///
    /// Several callers may replace it at the same time: each gets the handler that it has replaced.
    ///
    /// # Context
    ///
    /// Process context, may sleep. Not in an RCU read-side section: a deadlock, which is reported.
    pub fn replace(&self, new: Quiesced<T>, how: GracePeriod, task: &TaskContext) -> Quiesced<T> {
        let old = self.swap(new);
        // ORDERING: after the exchange, see `swap()`. Litmus test: quiesce-replaced.
        how.wait(task);
        // SAFETY: `old` is from `into_raw()`, by the type's invariant, and was taken out once.
        // Readers found it before the grace period, which has waited for them.
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
        // SAFETY: The node is from `into_raw()`, by the type's invariant, and was just taken out of
        // the slot where readers find it, once. They use it within RCU read-side sections.
        unsafe { Quiescing::start(self.swap(new)) }
    }

    /// Takes the slot apart.
    pub fn into_inner(self) -> Quiesced<T> {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is the slot, is not dropped, and is not used after this.
        unsafe { this.take() }
    }

    /// # Safety
    ///
    /// The caller must own the slot, and must not use it again.
    unsafe fn take(&self) -> Quiesced<T> {
        // SAFETY: By the type's invariant the pointer is from `into_raw()`. The caller promises to
        // own the slot and not to use it again: a reader would have borrowed it.
        unsafe { Quiesced::from_raw(NonNull::new_unchecked(self.find())) }
    }
}

impl<A: ?Sized + 'static> Handler<Callback<A>> {
    /// Calls the current handler.
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
        let _section = show_section(cx);
        // SAFETY: Interrupts are off from before `find()` until the handler has returned, which
        // makes this an RCU reader; until then the node stays. The pointer is derived from that of
        // the whole node.
        unsafe { Callback::run(&raw const (*self.find()).data, cx, arg) };
    }
}

impl<T: Send + Sync + 'static> Drop for Handler<T> {
    /// Drops the handler, as [`Quiesced`] does. Any context.
    fn drop(&mut self) {
        // SAFETY: The slot is owned, and ends here.
        drop(unsafe { self.take() });
    }
}
