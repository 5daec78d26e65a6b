// SPDX-License-Identifier: GPL-2.0

//! What is not in a slot, and who owns it.

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
    context::TaskContext,
    nmi,
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
        // SAFETY: `reap()` is that of the objects that this is used for.
        &unsafe { Vtable::new(Self::reap, core::any::type_name::<T>) }
    };

    fn init<E>(data: impl PinInit<T, E>) -> impl PinInit<Self, E> {
        try_pin_init!(Self {
            // SAFETY: A new parcel may be written to where it is to stay.
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
    /// See [`Vtable::new`].
    unsafe fn reap(parcel: *const Parcel) {
        let node = parcel.cast::<Self>().cast_mut();
        // SAFETY: The node was a pinned box, see `Quiesced::new()`, and it is ours.
        drop(unsafe { Pin::new_unchecked(KBox::from_raw(node)) });
    }
}

/// A handler that no CPU runs, and its owner: it is new, or was replaced a grace period ago.
///
/// Gives `&T` and, by [`Self::as_mut`], `Pin<&mut T>`; it may be installed (again).
///
/// Dropping it never blocks, and may be done in any context, NMI included; a workqueue drops the
/// state.
#[must_use = "dropping this drops the handler"]
pub struct Quiesced<T: Send + Sync + 'static> {
    // INVARIANT: From `new()`, with all rights; nobody else has a pointer to it that he uses. If
    // not of a `Node<T>`, then of a node that begins like one, see `Callback`.
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
        nmi::may_allocate()?;
        let node = KBox::pin_init(Node::init(data), flags)?;
        // SAFETY: What is behind a raw pointer is not moved; `reap()` pins it again.
        let node = KBox::into_raw(unsafe { Pin::into_inner_unchecked(node) });
        // SAFETY: The node is new, pinned, and given up by `drop()` alone.
        unsafe { (*node).parcel.register() };
        // SAFETY: A box is not null.
        //
        // INVARIANT: A new node.
        Ok(unsafe { Self::from_raw(NonNull::new_unchecked(node)) })
    }

    /// Gives up the token. Not a leak, if it comes back.
    pub(super) fn into_raw(self) -> NonNull<Node<T>> {
        ManuallyDrop::new(self).node
    }

    /// # Safety
    ///
    /// `node` is from [`Self::into_raw`], once for each call, or from there with a cast that the
    /// invariant allows. No CPU uses it or will.
    pub(super) unsafe fn from_raw(node: NonNull<Node<T>>) -> Self {
        // INVARIANT: By the safety requirements.
        Self {
            node,
            _owns: PhantomData,
            _invariant: PhantomData,
        }
    }

    /// Gives access to the state.
    pub fn as_mut(&mut self) -> Pin<&mut T> {
        // SAFETY: Nobody else uses the node, which is pinned and ours.
        unsafe { Pin::new_unchecked(&mut (*self.node.as_ptr()).data) }
    }
}

impl<T: Send + Sync + 'static> Deref for Quiesced<T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: The node is ours.
        unsafe { &(*self.node.as_ptr()).data }
    }
}

impl<T: Send + Sync + 'static> Drop for Quiesced<T> {
    fn drop(&mut self) {
        // SAFETY: The one token ends here, and with it goes the node. (Nobody has a mutable
        // reference to `parcel`.)
        unsafe { (*self.node.as_ptr()).parcel.give_up() };
    }
}

/// A handler that was replaced, and that CPUs may still be running.
///
/// Dropping it never blocks, and may be done in any context, NMI included; a workqueue drops the
/// state, when no CPU runs the handler any more.
#[must_use = "dropping this drops the handler, once no CPU runs it"]
pub struct Quiescing<T: Send + Sync + 'static> {
    // INVARIANT: The grace period `since` began when nobody could find the handler any more. Until
    // it is over `old` is not used, but for dropping it, which waits for another one.
    old: Quiesced<T>,
    since: c_ulong,
}

impl<T: Send + Sync + 'static> Quiescing<T> {
    /// Starts the grace period.
    ///
    /// # Safety
    ///
    /// `node` is from [`Quiesced::into_raw`], is the caller's, and was taken out of where others
    /// found it. Those who have found it use it within RCU read-side sections.
    pub(super) unsafe fn start(node: NonNull<Node<T>>) -> Self {
        // INVARIANT: Begins now.
        Self {
            // SAFETY: Not used before those who use it have ended.
            old: unsafe { Quiesced::from_raw(node) },
            since: grace_period::start(),
        }
    }

    /// Waits until no CPU runs the handler.
    ///
    /// # Context
    ///
    /// Process context, may sleep. Not in an RCU read-side section: a deadlock, which is reported.
    pub fn wait(self, how: GracePeriod, task: &TaskContext) -> Quiesced<T> {
        how.wait_since(self.since, task);
        self.old
    }

    /// Like [`Self::wait`], but returns at once: with the token if the time has not come.
    ///
    /// The grace period has begun, and comes by itself; but where normal and expedited ones meet
    /// RCU may take no note of it. Who must not depend on the next one waits.
    ///
    /// # Context
    ///
    /// Any.
    pub fn try_wait(self) -> Result<Quiesced<T>, Self> {
        if grace_period::is_over(self.since) {
            return Ok(self.old);
        }
        Err(self)
    }
}
