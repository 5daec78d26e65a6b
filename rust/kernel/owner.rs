// SPDX-License-Identifier: GPL-2.0

//! The parts of tokens, from which the compiler derives whether a token is [`Send`] and [`Sync`].
//!
//! A device may keep the token of its own call. Whether the device is [`Send`] then depends on
//! whether the token is, and the other way round. The compiler accepts such a cycle if nothing but
//! auto traits are in it. An `unsafe impl<P: CsdPointer> Send for InFlight<P>` has `P: CsdPointer`
//! in it, which requires the device to be `Send`: error E0275. Hence tokens have no such impls.
//! They are made of the types below and of [`PhantomData`], which say the same.

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};

/// The address of an object, which any thread may have. Whether the object may be used is argued
/// where the address is dereferenced.
///
/// A token whose object is `P::Object` has an `Address<()>`. To know what `P::Object` is, the
/// compiler looks for `P`'s impl of the trait, and with that for the cycle's other members.
#[derive(Clone, Copy)]
pub(crate) struct Address<T: ?Sized>(NonNull<T>);

// SAFETY: The address is a number; dereferencing it is unsafe, and argued where it is done.
unsafe impl<T: ?Sized> Send for Address<T> {}
// SAFETY: The address is a number; dereferencing it is unsafe, and argued where it is done.
unsafe impl<T: ?Sized> Sync for Address<T> {}

impl<T: ?Sized> Address<T> {
    #[inline]
    pub(crate) fn new(object: NonNull<T>) -> Self {
        Self(object)
    }

    #[inline]
    pub(crate) fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }
}

/// The holder owns a `P`, of exactly this type, and lends nothing of it.
///
/// [`Send`] if `P` is; always [`Sync`]; invariant in `P`. Invariant, since the object behind a `P`
/// has the callback of its own type: if the token became that of a supertype it would stand for
/// another callback, with other storage.
///
/// A holder that lends what it owns has a `PhantomData<P>` as well.
pub(crate) struct Owns<P>(PhantomData<P>, PhantomData<fn(P) -> P>);

// SAFETY: A shared reference to the holder gives no access to the `P`.
unsafe impl<P> Sync for Owns<P> {}

impl<P> Owns<P> {
    #[inline]
    pub(crate) const fn new() -> Self {
        Self(PhantomData, PhantomData)
    }
}
