// SPDX-License-Identifier: GPL-2.0

//! The lockdep class of a callback.
//!
//! A waiter that holds a lock which the callback takes can deadlock. Both sides therefore "hold" a
//! map whose class is the callback's, see `rust/helpers/lockdep.c`.
//!
//! The key of the class is an address. Lockdep takes those of static data, of the kernel or of a
//! module (`static_obj()` in `kernel/locking/lockdep.c`), and forgets the classes of a module that
//! goes. An address in text does not work: lockdep takes that of a module, but turns itself off for
//! that of vmlinux. Hence the key is the vtable of the callback's type, a constant of its crate. It
//! is at least as long as the subclasses of a key, so that no two keys overlap, and lockdep never
//! writes to a static key. The object points to its vtable, hence both sides use the same key.
//! Types whose vtables the compiler merges have the same code and share a class. A client that
//! finds this too coarse, as for objects of one type that take different locks, sets another one.

#[cfg(CONFIG_LOCKDEP)]
use kernel::sync::atomic::{
    ordering::Relaxed,
    Atomic, //
};
use kernel::{
    ffi::c_void,
    prelude::*,
    sync::LockClassKey, //
};

#[cfg(CONFIG_LOCKDEP)]
use crate::helpers;

/// Whether a call is made on the caller's own CPU, which only lockdep asks. Without lockdep its
/// size is 0, and nothing reads it.
pub(crate) struct Inline {
    #[cfg(CONFIG_LOCKDEP)]
    inline: Atomic<bool>,
}

impl Inline {
    pub(crate) const fn new() -> Self {
        Self {
            #[cfg(CONFIG_LOCKDEP)]
            inline: Atomic::<bool>::new(false),
        }
    }

    /// Takes note, before the callback can run.
    #[inline]
    pub(crate) fn note(&self, _inline: impl FnOnce() -> bool) {
        #[cfg(CONFIG_LOCKDEP)]
        self.inline.store(_inline(), Relaxed);
    }

    /// Whether lockdep need not know of the callback: an inline call has ended before its caller
    /// can wait for it, and one callback may make an inline call of another one.
    #[inline]
    pub(crate) fn is_set(&self) -> bool {
        #[cfg(CONFIG_LOCKDEP)]
        return self.inline.load(Relaxed);
        #[cfg(not(CONFIG_LOCKDEP))]
        true
    }
}

/// The class of an object's callback. Without lockdep its size is 0.
///
/// # Invariants
///
/// `key` is the address of a static vtable or [`LockClassKey`].
pub(crate) struct CallbackClass {
    #[cfg(CONFIG_LOCKDEP)]
    key: Atomic<*const c_void>,
}

impl CallbackClass {
    /// The class of the callback's type, whose vtable this is.
    pub(crate) const fn new<V>(_vtable: &'static V) -> Self {
        const {
            // `MAX_LOCKDEP_SUBCLASSES`, each of which takes the address of a byte.
            assert!(size_of::<V>() >= 8, "keys would overlap");
        }
        Self {
            #[cfg(CONFIG_LOCKDEP)]
            key: Atomic::<*const c_void>::new(core::ptr::from_ref(_vtable).cast()),
        }
    }

    /// Gives the object the class of another vtable, because the module of the first one goes and
    /// lockdep forgets its keys. A grace period follows.
    pub(crate) fn reset<V>(&self, _vtable: &'static V) {
        #[cfg(CONFIG_LOCKDEP)]
        self.key.store(core::ptr::from_ref(_vtable).cast(), Relaxed);
    }

    /// Gives the object a class of its own. What runs or waits now may still use the old one.
    pub(crate) fn set(&self, _key: Pin<&'static LockClassKey>) {
        #[cfg(CONFIG_LOCKDEP)]
        self.key
            .store(core::ptr::from_ref(_key.get_ref()).cast(), Relaxed);
    }

    /// Tells lockdep that the caller is about to depend on the callback.
    //
    // Not generic, like `run()`: lockdep wants the name of a class at one address.
    pub(crate) fn wait(&self) {
        #[cfg(CONFIG_LOCKDEP)]
        // SAFETY: By the type's invariant the key is static data when the helper reads it, as an
        // RCU reader, which the grace period after `reset()` waits for.
        unsafe {
            helpers::rust_helper_callback_lockdep_wait(self.key.as_ptr().cast_const())
        };
    }

    /// Calls `run(data)` while holding the map that [`Self::wait`] takes.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `data` is what `run` requires. `self` need not outlive the call
    /// of `run`.
    pub(crate) unsafe fn run(&self, run: unsafe extern "C" fn(*mut c_void), data: *mut c_void) {
        #[cfg(CONFIG_LOCKDEP)]
        // SAFETY: By the type's invariant the key is static data. The caller promises that `data`
        // is what `run` requires.
        unsafe {
            helpers::rust_helper_callback_lockdep_run(self.key.load(Relaxed), run, data)
        };
        #[cfg(not(CONFIG_LOCKDEP))]
        // SAFETY: The caller promises that `data` is what `run` requires.
        unsafe {
            run(data)
        };
    }
}
