// SPDX-License-Identifier: GPL-2.0

//! Handlers that are a closure of any type.

use core::{
    marker::PhantomPinned,
    mem::offset_of, //
};
use kernel::{
    alloc::Flags,
    prelude::*, //
};

use super::{
    token::Node,
    Quiesced, //
};
use crate::context::IrqsOff;

/// A closure of any type as a handler: functions of different types can replace each other in a
/// slot of these.
///
/// Costs an indirect call, as the function pointer in C does.
///
/// # Invariants
///
/// This is the first field of a `Bound<A, F>`, and `run` is that of the same type.
#[repr(C)]
pub struct Callback<A: ?Sized> {
    run: unsafe fn(*const Self, &IrqsOff, &A),
    // Not `Unpin`: two callbacks that are swapped would lose their closures.
    _pin: PhantomPinned,
}

#[repr(C)]
struct Bound<A: ?Sized, F> {
    callback: Callback<A>,
    f: F,
}

impl<A: ?Sized + 'static> Callback<A> {
    /// Makes a handler of a closure.
    ///
    /// # Errors
    ///
    /// [`ENOMEM`]; the closure is dropped.
    ///
    /// # Context
    ///
    /// As `flags` say; may sleep with `GFP_KERNEL`.
    pub fn new<F>(f: F, flags: Flags) -> Result<Quiesced<Self>>
    where
        F: Fn(&IrqsOff, &A) + Send + Sync + 'static,
    {
        const {
            // True unless the closure requires more alignment than the node has.
            assert!(offset_of!(Node<Bound<A, F>>, data) == offset_of!(Node<Self>, data));
        }
        // INVARIANT: The closure follows, in the `Bound` below.
        let callback = Self {
            run: Bound::<A, F>::run,
            _pin: PhantomPinned,
        };
        let bound = Quiesced::<Bound<A, F>>::new(Bound { callback, f }, flags)?;
        // SAFETY: The node is from `into_raw()`, and used by no CPU. A node of a `Bound<A, F>`
        // begins like one of a `Callback<A>`: all types are `repr(C)`, and the offsets are equal,
        // as asserted. Its parcel drops it as what it is.
        Ok(unsafe { Quiesced::from_raw(bound.into_raw().cast::<Node<Self>>()) })
    }

    /// Calls the closure.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `this` is valid until this returns, and may be used for all of
    /// the node that it lies in.
    #[inline]
    pub(super) unsafe fn run(this: *const Self, cx: &IrqsOff, arg: &A) {
        // SAFETY: The caller promises that `this` is valid, and may be used for all of its node. By
        // the type's invariant that is a node of the `Bound` which `run` is of.
        unsafe { ((*this).run)(this, cx, arg) };
    }
}

impl<A, F> Bound<A, F>
where
    A: ?Sized,
    F: Fn(&IrqsOff, &A),
{
    /// # Safety
    ///
    /// The caller must ensure that `callback` is that of a `Self`, and may be used for all of it
    /// until this returns.
    unsafe fn run(callback: *const Callback<A>, cx: &IrqsOff, arg: &A) {
        // SAFETY: The caller promises that `callback` is the first field of a `Self`, and may be
        // used for all of it. A handler in a slot is only shared.
        let this = unsafe { &*callback.cast::<Self>() };
        (this.f)(cx, arg);
    }
}
