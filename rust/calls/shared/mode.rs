// SPDX-License-Identifier: GPL-2.0

//! Whether the runs of a shared call may overlap.

use super::Context;

/// Whether runs may overlap: [`Overlapping`] or [`Serial`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a mode of a shared call",
    label = "expected `Overlapping` or `Serial`"
)]
pub trait Mode: private::Sealed + 'static {
    #[doc(hidden)]
    const SERIAL: bool;
}

mod private {
    pub trait Sealed {}
}

/// The call can be fired again as soon as its callback has started, and may then run on another
/// CPU at once.
pub struct Overlapping;

/// The callback runs on one CPU at a time. Fired while it runs, it runs once more after that.
pub struct Serial;

impl private::Sealed for Overlapping {}
impl private::Sealed for Serial {}

impl Mode for Overlapping {
    const SERIAL: bool = false;
}

impl Mode for Serial {
    const SERIAL: bool = true;
}

/// What a call runs: by mode, `Fn(&Context<Overlapping>) + Send + Sync` or
/// `FnMut(&Context<Serial>) + Send`.
///
/// # Safety
///
/// The implementer must ensure that [`Self::call`] may be called on any CPU; with [`Overlapping`],
/// on several at once.
pub unsafe trait Callback<M: Mode>: Send + 'static {
    /// # Safety
    ///
    /// The caller must ensure that `this` is valid and, with [`Serial`], that no other code uses it
    /// until this returns. With [`Overlapping`] no mutable reference to it may exist.
    #[doc(hidden)]
    unsafe fn call(this: *mut Self, cx: &Context<M>);
}

// SAFETY: The closure is called through a shared reference, and is `Sync`.
unsafe impl<F> Callback<Overlapping> for F
where
    F: Fn(&Context<Overlapping>) + Send + Sync + 'static,
{
    unsafe fn call(this: *mut Self, cx: &Context<Overlapping>) {
        // SAFETY: The caller promises that `this` is valid, and that there is no mutable reference
        // to it.
        unsafe { (*this)(cx) }
    }
}

// SAFETY: The closure is `Send`, and called by one CPU at a time.
unsafe impl<F> Callback<Serial> for F
where
    F: FnMut(&Context<Serial>) + Send + 'static,
{
    unsafe fn call(this: *mut Self, cx: &Context<Serial>) {
        // SAFETY: The caller promises that `this` is valid, and that no other code uses it until
        // this returns.
        unsafe { (*this)(cx) }
    }
}
