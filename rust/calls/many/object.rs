// SPDX-License-Identifier: GPL-2.0

//! What the tokens of a call own.

use core::{
    marker::PhantomData,
    mem::{
        needs_drop,
        ManuallyDrop,
        MaybeUninit, //
    },
    ptr::NonNull, //
};
use kernel::{
    alloc::{
        AllocError,
        Flags, //
    },
    cpu::CpuId,
    prelude::*, //
};

use super::{
    element::{
        Element,
        ElementRef,
        Elements,
        RawElement, //
    },
    raw::{
        self,
        RawMany, //
    },
    state::Step,
    Callback, //
};
use crate::{
    allocation,
    call::{
        RawCall,
        Vtable, //
    },
    context::IrqsOff,
    owner::Address,
};

#[pin_data]
#[repr(C)]
pub(super) struct Inner<C: Callback> {
    // First, and the head is its first field: the vtable's functions get a pointer to that.
    #[pin]
    pub(super) raw: RawMany,
    pub(super) callback: C,
    // The vtable and the elements are those of this very type. A supertype may be another callback,
    // with other results.
    _invariant: PhantomData<fn(C) -> C>,
}

impl<C: Callback> Inner<C> {
    const VTABLE: &'static Vtable = &Vtable {
        #[cfg(not(crosscall_upstream))]
        callback: Self::run as *const kernel::ffi::c_void,
        run: Self::run,
        reap: Self::reap,
        #[cfg(not(crosscall_upstream))]
        name: core::any::type_name::<C>,
    };

    /// # Safety
    ///
    /// The caller must ensure that the call is in flight and that its storage is a `Self`, as
    /// [`Vtable::run`] says.
    unsafe fn run(head: *const RawCall, cx: &IrqsOff) {
        let inner = head.cast::<Self>();
        // SAFETY: A call runs on the CPU that it was queued on, which is possible, and interrupts
        // are off. (A callback that sleeps, which is a bug, may come back on another CPU.)
        let element = unsafe { (*inner).raw.elements.of(CpuId::current()) };
        // SAFETY: The caller promises that the head is that of an `Inner<C>` in flight, which is
        // alive meanwhile. `run()` gets a shared reference.
        let output = unsafe { (*inner).callback.run(cx) };
        // SAFETY: The callback owns its CPU's result until its progress says that it ran.
        unsafe { (*output_of::<C>(element)).write(output) };
    }

    /// # Safety
    ///
    /// The caller must ensure that the call is not in flight, that it has no token, and that its
    /// storage is a `Self`, as [`Vtable::reap`] says.
    unsafe fn reap(head: *const RawCall) {
        // SAFETY: The caller promises that the call is not in flight and has no token: its object
        // is from `into_inner()`, and owned here.
        //
        // INVARIANT: From a pinned box; the call has ended, and there is no other token.
        drop(unsafe { Object::from_inner(head.cast::<Self>().cast_mut()) });
    }
}

/// Returns where a result lies.
///
/// # Safety
///
/// The caller must ensure that `element` is one of an `Inner<C>` that is alive.
unsafe fn output_of<C: Callback>(element: *const RawElement) -> *mut MaybeUninit<C::Output> {
    // SAFETY: The caller promises that `element` is one of an `Inner<C>`, hence the first field of
    // an `Element<C::Output>`.
    unsafe { (*element.cast::<Element<C::Output>>()).output.get() }
}

/// Owns a call and its results.
///
/// # Invariants
///
/// `inner` is from a pinned box, its call is not in flight, and no other token of it exists.
pub(super) struct Object<C: Callback> {
    inner: Address<Inner<C>>,
    // Owns and lends a `C`. It owns results too, which are always `Send`; a type that lends them
    // says so itself.
    _owns: PhantomData<Pin<KBox<C>>>,
}

impl<C: Callback> Object<C> {
    pub(super) fn new(callback: C, flags: Flags) -> Result<Self, AllocError> {
        allocation::may_allocate()?;
        let elements = Elements::new::<C::Output>(flags)?;
        let inner = KBox::pin_init(
            pin_init!(Inner {
                raw <- RawMany::new(Inner::<C>::VTABLE, elements),
                callback,
                _invariant: PhantomData,
            }),
            flags,
        )
        .map_err(|_| AllocError)?;
        // SAFETY: What is behind a raw pointer is not moved; `drop()` pins it again. `raw` is the
        // first field, and its elements, from `new::<C::Output>()`, are dropped with it.
        unsafe {
            let inner = KBox::into_raw(Pin::into_inner_unchecked(inner));
            RawMany::init_elements(&raw const (*inner).raw);
            #[cfg(not(crosscall_upstream))]
            (*inner).raw.register();
            // INVARIANT: From a pinned box that was just made.
            Ok(Self::from_inner(inner))
        }
    }

    /// # Safety
    ///
    /// The caller must ensure that `inner` is from [`Self::into_inner`], once for each call of
    /// this, or from a new pinned box, and that its call is not in flight.
    pub(super) unsafe fn from_inner(inner: *mut Inner<C>) -> Self {
        // SAFETY: The caller promises that `inner` is from a box.
        let inner = unsafe { NonNull::new_unchecked(inner) };
        // INVARIANT: The caller promises that `inner` is from a pinned box, not in flight, and
        // taken back once.
        Self {
            inner: Address::new(inner),
            _owns: PhantomData,
        }
    }

    pub(super) fn into_inner(self) -> Address<Inner<C>> {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is not used again.
        unsafe { core::ptr::read(&this.inner) }
    }

    pub(super) fn raw(&self) -> &RawMany {
        // SAFETY: By the type's invariant `inner` is valid and ours. No mutable reference to a
        // `RawMany` is ever made.
        unsafe { &(*self.inner.as_ptr()).raw }
    }

    /// By this pointer all of the call's storage may be used.
    #[cfg(not(crosscall_upstream))]
    pub(super) fn head(&self) -> *const RawCall {
        // SAFETY: By the type's invariant `inner` is valid.
        unsafe { &raw const (*self.inner.as_ptr()).raw.head }
    }

    pub(super) fn callback(&self) -> &C {
        // SAFETY: By the type's invariant `inner` is valid, ours, and not in flight.
        // `callback_mut()`, which gives the mutable reference, takes `&mut self`.
        unsafe { &(*self.inner.as_ptr()).callback }
    }

    pub(super) fn callback_mut(&mut self) -> &mut C {
        // SAFETY: By the type's invariant `inner` is valid, ours, and not in flight; `&mut self`
        // makes this the only reference. The callback is not pinned.
        unsafe { &mut (*self.inner.as_ptr()).callback }
    }

    pub(super) fn iter(&self) -> Iter<'_, C> {
        Iter {
            elements: self.raw().elements(),
            _results: PhantomData,
        }
    }

    /// Drops the results, if that does anything: it looks at all CPUs.
    pub(super) fn drop_results(&mut self) {
        if needs_drop::<C::Output>() {
            self.drain().for_each(drop);
        }
    }

    pub(super) fn drain(&mut self) -> Drain<'_, C> {
        Drain {
            elements: self.raw().elements(),
            _results: PhantomData,
        }
    }
}

/// The results by CPU; see [`Done::iter`](super::Done::iter).
///
/// # Invariants
///
/// `elements` are those of an object that is borrowed for `'a`.
pub struct Iter<'a, C: Callback> {
    elements: raw::Iter<'a>,
    _results: PhantomData<&'a C::Output>,
}

impl<'a, C: Callback> Iterator for Iter<'a, C> {
    type Item = (CpuId, Result<&'a C::Output>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (cpu, element) = self.elements.next()?;
            let result = match element.progress.step() {
                // SAFETY: The callback has written the result, and has returned. Taking the result
                // requires a mutable borrow.
                Step::Ran { .. } => Ok(unsafe { result::<C>(element) }),
                Step::Refused(errno) => Err(Error::from_errno(errno)),
                _ => continue,
            };
            return Some((cpu, result));
        }
    }
}

/// The results by CPU, moved out; see [`Done::drain`](super::Done::drain).
///
/// # Invariants
///
/// `elements` are those of an object that is mutably borrowed for `'a`.
pub struct Drain<'a, C: Callback> {
    elements: raw::Iter<'a>,
    _results: PhantomData<&'a mut C::Output>,
}

impl<C: Callback> Iterator for Drain<'_, C> {
    type Item = (CpuId, Result<C::Output>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (cpu, element) = self.elements.next()?;
            let step = element.progress.step();
            element.progress.forget();
            let result = match step {
                Step::Ran { .. } => {
                    // SAFETY: The callback has written the result, and has returned. `forget()`
                    // makes this the only read, and there is no reference to it: the object is
                    // mutably borrowed.
                    Ok(unsafe { (*output_of::<C>(element.as_ptr())).assume_init_read() })
                }
                Step::Refused(errno) => Err(Error::from_errno(errno)),
                _ => continue,
            };
            return Some((cpu, result));
        }
    }
}

/// The result of a CPU that has run its callback; others may have yet to.
///
/// # Safety
///
/// The caller must ensure that `element` is one of an `Inner<C>` that is alive, that its progress
/// says that it ran, and that the result is not taken before `'a` ends.
pub(super) unsafe fn result<'a, C: Callback>(element: ElementRef<'_>) -> &'a C::Output {
    // SAFETY: The caller promises that the element is one of an `Inner<C>`, that its callback ran,
    // hence has written the result, and that the result stays until `'a` ends.
    unsafe { (*output_of::<C>(element.as_ptr())).assume_init_ref() }
}

impl<C: Callback> Drop for Object<C> {
    fn drop(&mut self) {
        // Leaked if the module of the callback is gone, see `origin.rs`.
        #[cfg(not(crosscall_upstream))]
        let Some(_kept) = self.raw().head.keep_module() else {
            return;
        };
        #[cfg(not(crosscall_upstream))]
        if self.is_left_to_reaper() {
            return;
        }
        self.drop_results();
        // SAFETY: By the type's invariant `inner` is from a pinned box, and ours; it is not used
        // after this.
        drop(unsafe { Pin::new_unchecked(KBox::from_raw(self.inner.as_ptr())) });
    }
}
