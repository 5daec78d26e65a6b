// SPDX-License-Identifier: GPL-2.0

//! All objects that the kernel may call back, by client: for debugfs and for module unload.

use kernel::{
    bindings,
    ffi::c_void,
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
    types::Opaque, //
};

use super::helpers::{
    self,
    Step, //
};
use crate::{
    calls::many::raw::RawMany,
    csd::raw::RawCsd,
    irq_work::raw::RawIrqWork,
    reaper::Parcel,
    stall::{
        Phase,
        Stall, //
    },
};

/// What can be in the registry.
///
/// # Safety
///
/// The implementer must ensure that `ENTRY_OFFSET` is the offset of an [`Entry`] in `Self` that was
/// made by [`Entry::new::<Self>`], and that is removed before the memory of `Self` goes; and that
/// [`KINDS`] has [`Kind::of::<Self>`] at `KIND`.
pub(crate) unsafe trait Registered: Sized {
    const KIND: usize;

    const ENTRY_OFFSET: usize;

    /// Whether the callback has yet to return, or the reaper has yet to run.
    fn is_pending(&self) -> bool;

    /// The callback's address, which identifies its module.
    fn callback(&self) -> *const c_void;

    /// Describes the current call. Runs no code of clients.
    fn stall(&self) -> Stall;

    /// Forgets the callback, because its module goes; the object leaves the registry. See
    /// `origin.rs`.
    fn disown(&self);

    /// The object's first stall from a position on, and the position behind that. An object that
    /// waits for several CPUs has one stall for each.
    fn stall_from(&self, from: u32) -> Option<(Stall, u32)> {
        (from == 0).then(|| (self.stall(), 1))
    }
}

struct Kind {
    is_pending: unsafe fn(*const Entry) -> bool,
    stall_from: unsafe fn(*const Entry, u32) -> Option<(Stall, u32)>,
    disown: unsafe fn(*const Entry),
}

/// All kinds. The number of one fits in the lowest bits of the address of a client.
static KINDS: [Kind; KIND_COUNT] = [
    Kind::of::<RawCsd>(),
    Kind::of::<RawMany>(),
    Kind::of::<RawIrqWork>(),
    Kind::of::<Parcel>(),
    Kind::of::<Reaping>(),
];

/// `ENTRY_KIND` in `rust/helpers/registry.c`.
const KIND_MASK: usize = 7;

const KIND_COUNT: usize = 5;

static_assert!(KIND_COUNT <= KIND_MASK + 1);

/// An object's place in the registry.
///
/// # Invariants
///
/// `KINDS` has what `client & KIND_MASK` says.
// `struct registry_entry` in `rust/helpers/registry.c`.
#[repr(C)]
pub(crate) struct Entry {
    links: Opaque<bindings::hlist_node>,
    /// The owner of the object, while it is in the registry, and the kind of the object.
    client: Atomic<usize>,
}

// SAFETY: C uses the links and the client under the registry's lock, or atomically.
unsafe impl Send for Entry {}
// SAFETY: Shared references give only C functions that lock, and the kind, which does not change.
unsafe impl Sync for Entry {}

impl Entry {
    /// An entry that is not in the registry.
    pub(crate) const fn new<T: Registered>() -> Self {
        const { assert!(T::KIND < KIND_COUNT) };
        // INVARIANT: As asserted. C changes only the other bits.
        Self {
            links: Opaque::zeroed(),
            client: Atomic::new(T::KIND),
        }
    }

    /// Enters the object, if it is not in the registry and its module is not gone. `callback`
    /// identifies the module.
    ///
    /// Only an object with an owner may enter: one that is merely initialised need not be dropped
    /// before its memory goes (pin-init can initialise a `MaybeUninit`).
    ///
    /// # Context
    ///
    /// Any. (In an NMI it takes its place when the registry is next walked.)
    ///
    /// # Safety
    ///
    /// The caller must ensure that this is the entry of an object of its kind, and that
    /// [`Self::remove`] is called before the entry moves or its memory goes, unless that is the
    /// memory of the module that the callback belongs to.
    pub(crate) unsafe fn add(&self, callback: *const c_void) {
        // SAFETY: The entry is new, or in the registry, and the caller promises that it is removed
        // before its memory goes. The callback is not dereferenced.
        unsafe { helpers::rust_helper_registry_add(self.as_ptr(), callback) };
    }

    /// Whether the object is not in the registry. The caller sees what [`Registered::disown`] has
    /// done to an object that unload has removed. Only its one owner may rely on the answer, or an
    /// RCU reader that asks for a static object, which may be entering.
    pub(crate) fn is_new(&self) -> bool {
        // SAFETY: The entry is valid.
        unsafe { helpers::rust_helper_registry_is_new(self.as_ptr()) }
    }

    /// Like [`Self::add`], but does nothing in an NMI, where the caller could not remove the entry.
    ///
    /// # Safety
    ///
    /// The caller must ensure that this is the entry of an object of its kind, that
    /// [`Self::remove`] is called in the same context, before the entry moves or its memory goes.
    pub(crate) unsafe fn add_unless_nmi(&self, callback: *const c_void) {
        // SAFETY: The entry is new, or in the registry, and the caller promises that it is removed
        // before its memory goes. The callback is not dereferenced.
        unsafe { helpers::rust_helper_registry_add_unless_nmi(self.as_ptr(), callback) };
    }

    /// Removes the object, if it is in the registry. When this returns no walker uses it: walkers
    /// hold the lock.
    ///
    /// # Context
    ///
    /// Any but NMI.
    #[inline]
    pub(crate) fn remove(&self) {
        // ORDERING: Acquire pairs with `registry_remove()`. Nothing enters the object again
        // meanwhile: the caller is its one owner. Litmus test: unload-removed.
        if self.client.load(ordering::Acquire) > KIND_MASK {
            // SAFETY: The entry was added, and is valid.
            unsafe { helpers::rust_helper_registry_del(self.as_ptr()) };
        }
    }

    fn as_ptr(&self) -> *mut c_void {
        core::ptr::from_ref(self).cast_mut().cast()
    }

    fn kind(&self) -> &'static Kind {
        // By the type's invariant it is there.
        &KINDS[self.client.load(ordering::Relaxed) & KIND_MASK]
    }

    fn is_pending(&self) -> bool {
        // SAFETY: `self` is in the registry: the caller of `add()` promised that it is the entry of
        // an object of its kind, which is valid under the lock.
        unsafe { (self.kind().is_pending)(self) }
    }

    fn stall_from(&self, from: u32) -> Option<(Stall, u32)> {
        // SAFETY: `self` is in the registry: the caller of `add()` promised that it is the entry of
        // an object of its kind, which is valid under the lock.
        unsafe { (self.kind().stall_from)(self, from) }
    }

    fn disown(&self) {
        // SAFETY: `self` is in the registry: the caller of `add()` promised that it is the entry of
        // an object of its kind, which is valid under the lock.
        unsafe { (self.kind().disown)(self) }
    }
}

impl Kind {
    const fn of<T: Registered>() -> Self {
        /// # Safety
        ///
        /// The caller must ensure that `entry` is in a `T` that is valid for `'a`.
        unsafe fn object<'a, T: Registered>(entry: *const Entry) -> &'a T {
            // SAFETY: The caller promises that `entry` is in a valid `T`, whose `Registered` impl
            // promises the offset.
            unsafe { &*entry.byte_sub(T::ENTRY_OFFSET).cast() }
        }

        Self {
            is_pending: |entry| {
                // SAFETY: The entry was made by `Entry::new::<T>()`, hence is in a `T`, and valid
                // under the lock.
                unsafe { object::<T>(entry) }.is_pending()
            },
            stall_from: |entry, from| {
                // SAFETY: The entry was made by `Entry::new::<T>()`, hence is in a `T`, and valid
                // under the lock.
                unsafe { object::<T>(entry) }.stall_from(from)
            },
            disown: |entry| {
                // SAFETY: The entry was made by `Entry::new::<T>()`, hence is in a `T`, and valid
                // under the lock.
                unsafe { object::<T>(entry) }.disown()
            },
        }
    }
}

/// A drop under way, by `drop_payload()`, in the place that a client has for one. The object itself
/// cannot report it: it is no longer pending, and is freed meanwhile.
pub(super) struct Reaping {
    pub(super) entry: Entry,
    pub(super) callback: *const c_void,
    pub(super) name: &'static str,
    pub(super) since: u32,
    pub(super) cpu: u32,
}

// `REAPED_WORDS` in `rust/helpers/client.c`.
static_assert!(size_of::<Reaping>() <= size_of::<[usize; 8]>());
static_assert!(align_of::<Reaping>() <= align_of::<usize>());

// SAFETY: This is kind 4. `ENTRY_OFFSET` is the offset of `entry`, which `drop_payload()` makes and
// removes.
unsafe impl Registered for Reaping {
    const KIND: usize = 4;
    const ENTRY_OFFSET: usize = core::mem::offset_of!(Self, entry);

    fn is_pending(&self) -> bool {
        true
    }

    fn callback(&self) -> *const c_void {
        self.callback
    }

    // Unload waits for what is being dropped.
    fn disown(&self) {}

    fn stall(&self) -> Stall {
        Stall::since(self.since, self.cpu, true, self.name).in_phase(Phase::Dropping)
    }
}

/// The objects of a module, which is going.
///
/// # Invariants
///
/// The pointer is from `rust_helper_client_going()`, and the client is not gone yet.
pub(crate) struct Client(*mut c_void);

impl Client {
    /// # Safety
    ///
    /// The caller must ensure that `client` is from `rust_helper_client_going()`, and outlives
    /// this.
    pub(crate) unsafe fn new(client: *mut c_void) -> Self {
        // INVARIANT: The caller promises that the client is from `rust_helper_client_going()`, and
        // outlives this.
        Self(client)
    }

    pub(crate) fn as_ptr(&self) -> *mut c_void {
        self.0
    }

    /// Whether another module is dropping something by the client's code.
    pub(crate) fn is_kept(&self) -> bool {
        // SAFETY: By the type's invariant the client is valid.
        unsafe { helpers::rust_helper_client_is_kept(self.0) }
    }

    /// How often another module, or the reaper, has begun to. Orders what the caller did before.
    pub(crate) fn keeps(&self) -> i32 {
        // SAFETY: By the type's invariant the client is valid.
        unsafe { helpers::rust_helper_client_keeps(self.0) }
    }

    /// Describes a call that has yet to end, if there is one. Process context, may sleep.
    pub(crate) fn pending(&self) -> Option<Stall> {
        let mut first = None;
        self.walk(|object| {
            if object.is_pending() {
                first = object.stall_from(0);
            }
            match first {
                None => Step::Next,
                Some(_) => Step::Stop,
            }
        });
        first.map(|(stall, _)| stall)
    }

    /// Removes all objects, and their code from them. Returns whether there were any. Process
    /// context, may sleep.
    pub(crate) fn remove_all(&self) -> bool {
        let mut any = false;
        self.walk(|object| {
            any = true;
            object.disown();
            Step::Remove
        });
        any
    }

    /// `visit` is called with interrupts off and a raw spinlock held: it must neither make nor
    /// drop what can be registered.
    fn walk<F>(&self, mut visit: F)
    where
        F: FnMut(&Entry) -> Step,
    {
        /// # Safety
        ///
        /// The caller must ensure that `entry` is an [`Entry`] in the registry, whose lock is held,
        /// and that `data` points to an `F` that no other code uses.
        unsafe extern "C" fn adapter<F>(entry: *mut c_void, data: *mut c_void) -> Step
        where
            F: FnMut(&Entry) -> Step,
        {
            // SAFETY: The caller promises that `entry` is in the registry, which it cannot leave
            // while the lock is held, and that `data` is of its type, and ours meanwhile.
            unsafe { (*data.cast::<F>())(&*entry.cast::<Entry>()) }
        }

        let data = (&raw mut visit).cast();
        // SAFETY: By the type's invariant the client is valid. `adapter` is called only under the
        // lock, with members of the registry and with `visit`.
        unsafe { helpers::rust_helper_registry_walk(self.0, adapter::<F>, data) };
    }
}

/// The largest number of objects that a walk has visited at a time, with interrupts off. For
/// debugfs.
#[inline]
pub(crate) fn longest() -> u32 {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_registry_longest() }
}

/// The progress of [`for_each_stall`].
struct Printer<'a> {
    print: &'a mut dyn FnMut(Stall),
    /// The stall that was seen last under the lock, and is printed without it.
    stall: Option<Stall>,
    /// The address of its object, and the position to go on from there.
    place: (*const Entry, u32),
}

impl Printer<'_> {
    fn look_at(&mut self, object: &Entry) -> Step {
        let (last, position) = self.place;
        let this = core::ptr::from_ref(object);
        // (If it is another object at the same address, a line may be missing.)
        let from = if last == this { position } else { 0 };
        if !object.is_pending() {
            return Step::Next;
        }
        match object.stall_from(from) {
            None => Step::Next,
            Some((stall, next)) => {
                self.stall = Some(stall);
                self.place = (this, next);
                Step::Again
            }
        }
    }
}

/// Shows each call that has yet to end to `print`, which may sleep. Process context, may sleep.
pub(crate) fn for_each_stall(mut print: impl FnMut(Stall)) {
    /// # Safety
    ///
    /// The caller must ensure that `entry` is an [`Entry`] in the registry, whose lock is held, and
    /// that `data` is a [`Printer`] that no other code uses.
    unsafe extern "C" fn look(entry: *mut c_void, data: *mut c_void) -> Step {
        // SAFETY: The caller promises that `entry` is in the registry, which it cannot leave while
        // the lock is held, and that `data` is of its type, and ours meanwhile.
        unsafe { (*data.cast::<Printer<'_>>()).look_at(&*entry.cast()) }
    }

    /// # Safety
    ///
    /// The caller must ensure that `data` is a [`Printer`] that no other code uses.
    unsafe extern "C" fn print_it(data: *mut c_void) {
        // SAFETY: The caller promises that `data` is a `Printer`, which no other code uses
        // meanwhile.
        let printer = unsafe { &mut *data.cast::<Printer<'_>>() };
        if let Some(stall) = printer.stall.take() {
            (printer.print)(stall);
        }
    }

    let mut printer = Printer {
        print: &mut print,
        stall: None,
        place: (core::ptr::null(), 0),
    };
    let data = (&raw mut printer).cast();
    // SAFETY: The functions are called one at a time, with members of the registry under the lock,
    // and with `printer`, which outlives the walk.
    unsafe { helpers::rust_helper_registry_walk_all(look, print_it, data) };
}
