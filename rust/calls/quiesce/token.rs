// SPDX-License-Identifier: GPL-2.0

//! Handlers that are not in a slot, and their owners.

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
    ffi::c_ulong,
    prelude::*, //
};

use super::{
    grace_period,
    GracePeriod, //
};
use crate::{
    allocation,
    context::TaskContext,
    reaper::{
        Parcel,
        Vtable, //
    },
};

/// A handler's state with what it takes to drop it from any context.
#[pin_data]
#[repr(C)]
pub(super) struct Node<T: Send + Sync + 'static> {
    // The first field: `reap()` gets a pointer to it.
    #[pin]
    parcel: Parcel,
    #[pin]
    pub(super) data: T,
}

impl<T: Send + Sync + 'static> Node<T> {
    const VTABLE: &'static Vtable = {
        // SAFETY: `reap()` drops nodes of this type, for which the vtable is used.
        &unsafe { Vtable::new(Self::reap, core::any::type_name::<T>) }
    };

    fn init<E>(data: impl PinInit<T, E>) -> impl PinInit<Self, E> {
        try_pin_init!(Self {
            // SAFETY: The closure initialises all of `slot`, with a new parcel, which may move
            // until it is pinned there.
            parcel <- unsafe {
                pin_init::pin_init_from_closure(|slot: *mut Parcel| {
                    slot.write(Parcel::new(Self::VTABLE));
                    Ok::<_, E>(())
                })
            },
            data <- data,
        }? E)
    }

    /// # Safety
    ///
    /// The caller must own the node that `parcel` is the first field of, and must not use it after
    /// this.
    unsafe fn reap(parcel: *const Parcel) {
        let node = parcel.cast::<Self>().cast_mut();
        // SAFETY: The caller promises that the node is of this type and ours. It was a pinned box,
        // see `Quiesced::new()`.
        drop(unsafe { Pin::new_unchecked(KBox::from_raw(node)) });
    }
}

/// A handler that no CPU runs, and its owner: it is new, or was replaced a grace period ago.
///
/// Gives `&T` and, by [`Self::as_mut`], `Pin<&mut T>`; it may be installed (again).
///
/// Dropping it never blocks, and may be done in any context, NMI included; a workqueue drops the
/// state.
///
/// # Invariants
///
/// `node` is from `new()`, owned by this, and used by no other code, except as [`Quiescing`] says.
/// It is a `Node<T>`, or a node that begins like one, see `Callback`.
#[must_use = "dropping this drops the handler"]
pub struct Quiesced<T: Send + Sync + 'static> {
    pub(super) node: NonNull<Node<T>>,
    _owns: PhantomData<Pin<KBox<T>>>,
    // `reap()` is that of this very type, and a supertype may be dropped otherwise.
    _invariant: PhantomData<fn(T) -> T>,
}

// SAFETY: It owns a `T`, which is `Send`.
unsafe impl<T: Send + Sync + 'static> Send for Quiesced<T> {}
// SAFETY: `&self` gives `&T`, and `T` is `Sync`.
unsafe impl<T: Send + Sync + 'static> Sync for Quiesced<T> {}

impl<T: Send + Sync + 'static> Quiesced<T> {
    /// Makes a handler of its state: a value, or an initialiser. The one allocation.
    ///
    /// # Errors
    ///
    /// [`ENOMEM`], or what the initialiser says.
    ///
    /// # Context
    ///
    /// As `flags` say; may sleep with `GFP_KERNEL`. In an NMI it fails.
    pub fn new<E>(data: impl PinInit<T, E>, flags: Flags) -> Result<Self>
    where
        Error: From<E>,
    {
        allocation::may_allocate()?;
        let node = KBox::pin_init(Node::init(data), flags)?;
        // SAFETY: What is behind a raw pointer is not moved; `reap()` pins it again.
        let node = KBox::into_raw(unsafe { Pin::into_inner_unchecked(node) });
        // SAFETY: The node is new and pinned, and its parcel is dropped with it, by `reap()`,
        // before its memory goes.
        unsafe { (*node).parcel.register() };
        // SAFETY: A box is not null.
        //
        // INVARIANT: The node is new, and this is its only pointer.
        Ok(unsafe { Self::from_raw(NonNull::new_unchecked(node)) })
    }

    /// Gives up the token, and returns the node, for [`Self::from_raw`].
    pub(super) fn into_raw(self) -> NonNull<Node<T>> {
        ManuallyDrop::new(self).node
    }

    /// # Safety
    ///
    /// The caller must ensure that `node` is from [`Self::into_raw`], once for each call, possibly
    /// with a cast that the invariant allows, or new; and that no CPU uses it, unless the caller
    /// puts this into a [`Quiescing`], which waits first.
    pub(super) unsafe fn from_raw(node: NonNull<Node<T>>) -> Self {
        // INVARIANT: The caller promises that the node is from `into_raw()`, or new, and that no
        // other code has it.
        Self {
            node,
            _owns: PhantomData,
            _invariant: PhantomData,
        }
    }

    /// Gives access to the state.
    pub fn as_mut(&mut self) -> Pin<&mut T> {
        // SAFETY: By the type's invariant the node is ours alone; it is pinned, and mutably
        // borrowed.
        unsafe { Pin::new_unchecked(&mut (*self.node.as_ptr()).data) }
    }
}

impl<T: Send + Sync + 'static> Deref for Quiesced<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: By the type's invariant the node is ours alone, and is borrowed.
        unsafe { &(*self.node.as_ptr()).data }
    }
}

impl<T: Send + Sync + 'static> Drop for Quiesced<T> {
    fn drop(&mut self) {
        // SAFETY: By the type's invariant this is the only token, which owns the node and ends
        // here. Only RCU readers may still use it. (No mutable reference to `parcel` is ever made.)
        unsafe { Parcel::give_up(&raw const (*self.node.as_ptr()).parcel) };
    }
}

/// A handler that was replaced, and that CPUs may still be running.
///
/// Dropping it never blocks, and may be done in any context, NMI included; a workqueue drops the
/// state, when no CPU runs the handler any more.
///
/// # Invariants
///
/// The grace period `since` began, or is to begin, when no reader could find the handler any more.
/// Until it is over `old` is not used, except for dropping it, which waits for another grace
/// period.
#[must_use = "dropping this drops the handler, once no CPU runs it"]
pub struct Quiescing<T: Send + Sync + 'static> {
    old: Quiesced<T>,
    since: c_ulong,
}

impl<T: Send + Sync + 'static> Quiescing<T> {
    /// Starts the grace period.
    ///
    /// # Safety
    ///
    /// The caller must own `node`, which must be from [`Quiesced::into_raw`] and must have been
    /// taken out of the slot where readers found it. Readers that have found it must use it within
    /// RCU read-side sections.
    pub(super) unsafe fn start(node: NonNull<Node<T>>) -> Self {
        // INVARIANT: The grace period begins now or later, after the node was taken out.
        Self {
            // SAFETY: The caller promises to own the node, from `into_raw()`. It is not used before
            // the grace period has waited for readers.
            old: unsafe { Quiesced::from_raw(node) },
            // ORDERING: after the exchange that took the node out, which is fully ordered. Litmus
            // test: quiesce-replaced.
            since: grace_period::start(),
        }
    }

    /// Waits until no CPU runs the handler.
    ///
    /// # Context
    ///
    /// Process context, may sleep. Not in an RCU read-side section: a deadlock, which is reported.
    pub fn wait(self, how: GracePeriod, task: &TaskContext) -> Quiesced<T> {
        // ORDERING: as `synchronize_rcu()` in `start()`. Litmus test: quiesce-replaced.
        how.wait_since(self.since, task);
        self.old
    }

    /// Like [`Self::wait`], but returns at once: with the token if the grace period is not over.
    ///
    /// The grace period has begun and ends by itself. Where normal and expedited ones overlap, RCU
    /// may report its end only after the next one; [`Self::wait`] does not depend on that. (After a
    /// replacement in an NMI, which is a bug, it has yet to be asked for, as [`Self::wait`] does.)
    ///
    /// # Context
    ///
    /// Any.
    pub fn try_wait(self) -> Result<Quiesced<T>, Self> {
        // ORDERING: as in `wait()`. Litmus test: quiesce-replaced.
        if grace_period::is_over(self.since) {
            return Ok(self.old);
        }
        Err(self)
    }
}
