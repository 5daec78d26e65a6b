// SPDX-License-Identifier: GPL-2.0

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

/// The pointer in an [`Idle`](super::Idle).
///
/// Dropping it drops the pointer, but not in an NMI, where nothing may be freed: there it goes to
/// the reaper.
///
/// # Invariants
///
/// The object's call is not in flight, and nobody else has a token of it.
pub(super) struct Held<P: CsdPointer>(ManuallyDrop<P>);

impl<P: CsdPointer> Held<P> {
    /// # Safety
    ///
    /// The object's call is not in flight, and nobody else has a token of it, nor will before this
    /// is gone.
    pub(super) unsafe fn new(pointer: P) -> Self {
        // INVARIANT: By the safety requirements.
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
        // SAFETY: Nobody uses it after the drop.
        let object = unsafe { ManuallyDrop::take(&mut self.0) }
            .into_raw()
            .as_ptr();
        // SAFETY: The object is valid until `from_raw()`, which the reaper calls if it got it, and
        // otherwise we do. By the type's invariant the token that ends here is the one, and all
        // that a `CsdPointer` owns is `'static`.
        unsafe {
            let csd = P::Object::raw_get_csd(object);
            // Leaked if the module of the callback is gone: nobody knows how to drop it.
            if !(*csd).raw.call.is_gone() && !(*csd).raw.call.abandon_in_nmi() {
                drop(P::from_raw(object));
            }
        }
    }
}
