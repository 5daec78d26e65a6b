// SPDX-License-Identifier: GPL-2.0

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

/// A closure as a handler, whatever its type: a slot of these may get one function after another.
///
/// Costs an indirect call, as the function pointer in C does.
#[repr(C)]
pub struct Callback<A: ?Sized> {
    // INVARIANT: That of the closure which follows, in a `Bound<A, F>`.
    run: unsafe fn(*const Self, &IrqsOff, &A),
    // Two that are swapped would lose their closures.
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
            // True unless the closure asks for more alignment than the node has anyway.
            assert!(offset_of!(Node<Bound<A, F>>, data) == offset_of!(Node<Self>, data));
        }
        // INVARIANT: The closure follows.
        let callback = Self {
            run: Bound::<A, F>::run,
            _pin: PhantomPinned,
        };
        let bound = Quiesced::<Bound<A, F>>::new(Bound { callback, f }, flags)?;
        // SAFETY: It is ours. A node of a `Bound<A, F>` is one of a `Callback<A>` with more behind
        // it: all types are `repr(C)`, and the assertion above.
        Ok(unsafe { Quiesced::from_raw(bound.into_raw().cast::<Node<Self>>()) })
    }

    /// Calls the closure.
    ///
    /// # Safety
    ///
    /// `this` may be used for all of the node that it lies in, until this returns.
    #[inline]
    pub(super) unsafe fn run(this: *const Self, cx: &IrqsOff, arg: &A) {
        // SAFETY: By the safety requirements, and the type's invariant.
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
    /// `callback` is that of a `Self`, and may be used for all of it.
    unsafe fn run(callback: *const Callback<A>, cx: &IrqsOff, arg: &A) {
        // SAFETY: By the safety requirements.
        let this = unsafe { &*callback.cast::<Self>() };
        (this.f)(cx, arg);
    }
}
