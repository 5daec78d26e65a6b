// SPDX-License-Identifier: GPL-2.0

//! The pointer in an `Idle` token.

use core::{
    mem::ManuallyDrop,
    ops::{
        Deref,
        DerefMut, //
    }, //
};

use super::{
    CsdPointer,
    HasCsd, //
};
use crate::call::RawCall;

/// The pointer in an [`Idle`](super::Idle).
///
/// Dropping it drops the pointer, but not in an NMI, where nothing may be freed: there it goes to
/// the reaper.
///
/// # Invariants
///
/// The object's call is not in flight, and no other token of the object exists.
pub(super) struct Held<P: CsdPointer>(ManuallyDrop<P>);

impl<P: CsdPointer> Held<P> {
    /// # Safety
    ///
    /// The caller must ensure that the object's call is not in flight, and that no other token of
    /// the object exists until this one is gone.
    pub(super) unsafe fn new(pointer: P) -> Self {
        // INVARIANT: The caller promises that the call is not in flight, and that this is the only
        // token.
        Self(ManuallyDrop::new(pointer))
    }

    pub(super) fn into_pointer(self) -> P {
        let mut this = ManuallyDrop::new(self);
        // SAFETY: `this` is not used again.
        unsafe { ManuallyDrop::take(&mut this.0) }
    }
}

impl<P: CsdPointer> Deref for Held<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.0
    }
}

impl<P: CsdPointer> DerefMut for Held<P> {
    fn deref_mut(&mut self) -> &mut P {
        &mut self.0
    }
}

impl<P: CsdPointer> Drop for Held<P> {
    fn drop(&mut self) {
        // SAFETY: `self.0` is not used again: this is the drop.
        let object = unsafe { ManuallyDrop::take(&mut self.0) }
            .into_raw()
            .as_ptr();
        // SAFETY: The object is valid until `from_raw()`, which the reaper calls if it got the
        // object, and this function otherwise. By the type's invariant the token that ends here is
        // the one, and all that a `CsdPointer` owns is `'static`.
        unsafe {
            let csd = P::Object::raw_get_csd(object);
            // Leaked if the module of the callback is gone: no code is left that could drop it.
            let Some(_kept) = (*csd).raw.call.keep_module() else {
                return;
            };
            if !RawCall::abandon_in_nmi(&raw const (*csd).raw.call) {
                drop(P::from_raw(object));
            }
        }
    }
}
