// SPDX-License-Identifier: GPL-2.0

//! All objects that the kernel may call back: for debugfs and for module unload.

use core::ops::ControlFlow;
use kernel::{
    bindings,
    ffi::c_void,
    types::Opaque, //
};

use crate::{
    helpers,
    stall::Stall, //
};

/// What can be in the registry.
///
/// # Safety
///
/// `ENTRY_OFFSET` is the offset of an [`Entry`] in `Self` that was made by [`Entry::new::<Self>`],
/// and that is removed before the memory of `Self` goes.
pub(crate) unsafe trait Registered: Sized {
    const ENTRY_OFFSET: usize;

    /// Whether the callback has yet to return, or the reaper has yet to run.
    fn is_pending(&self) -> bool;

    /// The callback's address, which says whose it is.
    fn callback(&self) -> *const c_void;

    /// Describes the current call. Runs no code of clients.
    fn stall(&self) -> Stall;

    /// The same for each CPU that it waits for.
    fn stalls(&self, visit: &mut dyn FnMut(Stall)) {
        visit(self.stall());
    }
}

struct Kind {
    is_pending: unsafe fn(*const Entry) -> bool,
    callback: unsafe fn(*const Entry) -> *const c_void,
    stall: unsafe fn(*const Entry) -> Stall,
    stalls: unsafe fn(*const Entry, &mut dyn FnMut(Stall)),
}

/// An object's place in the registry.
#[repr(C)]
pub(crate) struct Entry {
    // First: the registry links these.
    links: Opaque<bindings::hlist_node>,
    kind: &'static Kind,
}

// SAFETY: The links are used under the registry's lock, the rest does not change.
unsafe impl Send for Entry {}
// SAFETY: As above.
unsafe impl Sync for Entry {}

impl Entry {
    /// An entry that is not in the registry.
    pub(crate) const fn new<T: Registered>() -> Self {
        Self {
            links: Opaque::zeroed(),
            kind: const { &Kind::of::<T>() },
        }
    }

    /// Enters the object, if it is not there.
    ///
    /// Not before somebody owns it: what is merely initialised need not be dropped before its
    /// memory goes (pin-init can initialise a `MaybeUninit`).
    ///
    /// # Context
    ///
    /// Any but NMI.
    ///
    /// # Safety
    ///
    /// [`Self::remove`] is called before the entry moves or its memory goes, unless that is the
    /// memory of the module that the callback belongs to.
    pub(crate) unsafe fn add(&self) {
        // SAFETY: The node is zero, which is unhashed, or in the registry.
        unsafe { helpers::rust_helper_registry_add(self.links.get()) };
    }

    /// Removes the object, if it is there. When this returns no walker looks at it: walkers hold
    /// the lock.
    pub(crate) fn remove(&self) {
        // SAFETY: As in `add()`.
        unsafe { helpers::rust_helper_registry_del(self.links.get()) };
    }

    /// Whether the callback has yet to return, or the reaper has yet to run.
    pub(crate) fn is_pending(&self) -> bool {
        // SAFETY: We are the entry of an object of that kind.
        unsafe { (self.kind.is_pending)(self) }
    }

    /// Whether the callback is code of `module`.
    pub(crate) fn is_of(&self, module: *const c_void) -> bool {
        // SAFETY: As above. The caller got `module` from the module notifier, and only addresses
        // are compared.
        unsafe { helpers::rust_helper_within_module((self.kind.callback)(self), module) }
    }

    /// Describes the current call.
    pub(crate) fn stall(&self) -> Stall {
        // SAFETY: We are the entry of an object of that kind.
        unsafe { (self.kind.stall)(self) }
    }

    /// The same for each CPU that it waits for.
    pub(crate) fn stalls(&self, mut visit: impl FnMut(Stall)) {
        // SAFETY: As above.
        unsafe { (self.kind.stalls)(self, &mut visit) }
    }
}

impl Kind {
    const fn of<T: Registered>() -> Self {
        /// # Safety
        ///
        /// `entry` is in a `T` that is valid for `'a`.
        unsafe fn object<'a, T: Registered>(entry: *const Entry) -> &'a T {
            // SAFETY: By the safety requirements, and those of `Registered`.
            unsafe { &*entry.byte_sub(T::ENTRY_OFFSET).cast() }
        }

        Self {
            is_pending: |entry| {
                // SAFETY: `entry` is in a valid `T`, which made it.
                unsafe { object::<T>(entry) }.is_pending()
            },
            callback: |entry| {
                // SAFETY: As above.
                unsafe { object::<T>(entry) }.callback()
            },
            stall: |entry| {
                // SAFETY: As above.
                unsafe { object::<T>(entry) }.stall()
            },
            stalls: |entry, visit| {
                // SAFETY: As above.
                unsafe { object::<T>(entry) }.stalls(visit)
            },
        }
    }
}

/// Shows each object to `visit` until that breaks.
///
/// # Context
///
/// Any but NMI. `visit` runs with interrupts off and a raw spinlock held: it must neither make nor
/// drop what can be registered.
pub(crate) fn for_each<F>(visit: F)
where
    F: FnMut(&Entry) -> ControlFlow<()>,
{
    walk(helpers::rust_helper_registry_for_each, visit);
}

/// Removes the objects that `select` breaks at, and returns whether there were any. Context as in
/// [`for_each`].
pub(crate) fn remove_if<F>(mut select: F) -> bool
where
    F: FnMut(&Entry) -> bool,
{
    let mut any = false;
    walk(helpers::rust_helper_registry_filter, |entry| {
        if select(entry) {
            any = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    });
    any
}

type Visit = unsafe extern "C" fn(*mut bindings::hlist_node, *mut c_void) -> bool;

fn walk<F>(walker: unsafe extern "C" fn(Visit, *mut c_void), mut visit: F)
where
    F: FnMut(&Entry) -> ControlFlow<()>,
{
    /// # Safety
    ///
    /// `links` is in an `Entry` in the registry, whose lock is held, and `data` points to an `F`.
    unsafe extern "C" fn adapter<F>(links: *mut bindings::hlist_node, data: *mut c_void) -> bool
    where
        F: FnMut(&Entry) -> ControlFlow<()>,
    {
        // SAFETY: By the safety requirements; nothing leaves the registry under the lock.
        let (visit, entry) = unsafe { (&mut *data.cast::<F>(), &*links.cast::<Entry>()) };
        visit(entry).is_continue()
    }

    // SAFETY: `adapter` is called with members of the registry and with `visit` only.
    unsafe { walker(adapter::<F>, (&raw mut visit).cast::<c_void>()) };
}
