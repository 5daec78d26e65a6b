// SPDX-License-Identifier: GPL-2.0

//! What keeps an object for its irq_work.
//!
//! Users name these traits only as bounds. The pointers implement them, and none can be added
//! without `unsafe`.

use core::ptr::NonNull;

use super::{
    Context,
    HasIrqWork,
    IrqWork,
    IrqWorkCallback, //
};

/// A pointer that keeps an object for its handles, and gives the callback access to it.
///
/// # Safety
///
/// The implementer must ensure that:
///
/// - [`Self::from_raw`] undoes [`Self::into_raw`], and while neither is dropped the object stays
///   where it is.
/// - The rights that [`Self::Target`] gives do not exceed those of the pointer, and sending the
///   pointer to another CPU for this is allowed: at once to any number of CPUs.
#[cfg_attr(
    not(crosscall_upstream),
    doc = "  (To one at a time if it is [`Self::EXCLUSIVE`].)"
)]
#[cfg_attr(
    not(crosscall_upstream),
    diagnostic::on_unimplemented(
        message = "a `{Self}` cannot keep an object for its irq_work",
        label = "expected `Arc<T>`, `Pin<KBox<T>>`, `&'static T` or `Exclusive<T>`",
        note = "the object's `IrqWorkCallback::Pointer` says which of them keeps it"
    )
)]
pub unsafe trait IrqWorkPointer: Sized + Send + 'static {
    /// What is pointed to.
    type Object: HasIrqWork + IrqWorkCallback<Pointer = Self>;

    /// What the callback gets.
    type Target<'a>
    where
        Self: 'a;

    /// What the callback may do where it runs.
    type Context;

    /// Whether a token rules out that the work is queued on two CPUs at once, or while it is
    /// pending or running.
    #[cfg(not(crosscall_upstream))]
    const EXCLUSIVE: bool;

    /// Gives up the pointer.
    fn into_raw(self) -> NonNull<Self::Object>;

    /// Takes it back.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `object` came from [`Self::into_raw`], once for each call of
    /// this.
    unsafe fn from_raw(object: *mut Self::Object) -> Self;

    /// Gives the callback its access.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `object` came from [`Self::into_raw`], and is not taken back
    /// before `'a` ends.
    #[cfg_attr(
        not(crosscall_upstream),
        doc = "If [`Self::EXCLUSIVE`], the caller alone must have the rights of the pointer until
then."
    )]
    unsafe fn target<'a>(object: *mut Self::Object) -> Self::Target<'a>;

    /// Lends the callback its context.
    ///
    /// # Safety
    ///
    /// The caller must be the callback of `work`.
    unsafe fn with_context(work: *const IrqWork<Self::Object>, f: impl FnOnce(&Self::Context));
}

/// A pointer whose object any number of CPUs may queue at once.
///
/// # Safety
///
/// The implementer must ensure that `&Self::Object` may be used on all CPUs while a handle exists.
/// Unless `COUNTED`, the object must be valid for good.
#[cfg_attr(
    not(crosscall_upstream),
    doc = "[`IrqWorkPointer::EXCLUSIVE`] must be false."
)]
#[cfg_attr(
    not(crosscall_upstream),
    diagnostic::on_unimplemented(
        message = "an object behind a `{Self}` has no `Handle`",
        label = "expected `Arc<T>`, `Pin<KBox<T>>` or `&'static T`",
        note = "an `Exclusive<T>` is queued by its token, an `Idle<T>`, not by a `Handle`"
    )
)]
pub unsafe trait SharedPointer:
    IrqWorkPointer<Context = Context<ModeOf<Self>>, Object: Sync>
{
    /// Whether the last handle gives up the object.
    const COUNTED: bool;
}

/// The mode of the work behind a `P`.
type ModeOf<P> = <<P as IrqWorkPointer>::Object as IrqWorkCallback>::Mode;
