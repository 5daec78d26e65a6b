// SPDX-License-Identifier: GPL-2.0

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
/// [`Self::call`] may be called on any CPU; with [`Overlapping`], on several at once.
pub unsafe trait Callback<M: Mode>: Send + 'static {
    /// # Safety
    ///
    /// `this` is valid. With [`Serial`] nobody else uses it until this returns.
    #[doc(hidden)]
    unsafe fn call(this: *mut Self, cx: &Context<M>);
}

// SAFETY: It is called through a shared reference, and is `Sync`.
unsafe impl<F> Callback<Overlapping> for F
where
    F: Fn(&Context<Overlapping>) + Send + Sync + 'static,
{
    unsafe fn call(this: *mut Self, cx: &Context<Overlapping>) {
        // SAFETY: By the safety requirements; nobody has a mutable reference.
        unsafe { (*this)(cx) }
    }
}

// SAFETY: It is `Send`, and called by one at a time.
unsafe impl<F> Callback<Serial> for F
where
    F: FnMut(&Context<Serial>) + Send + 'static,
{
    unsafe fn call(this: *mut Self, cx: &Context<Serial>) {
        // SAFETY: By the safety requirements.
        unsafe { (*this)(cx) }
    }
}
