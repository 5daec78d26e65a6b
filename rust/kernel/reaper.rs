// SPDX-License-Identifier: GPL-2.0

//! The reaper: a workqueue that drops what was given up where nothing may be dropped.
//!
//! | what               | is given up by               | is dropped                              |
//! |--------------------|------------------------------|-----------------------------------------|
//! | a call (`call.rs`) | the last of token and run    | at once                                 |
//! | an irq_work        | its last handle              | once it is idle, a grace period later   |
//! | a [`Parcel`]       | its owner                    | a grace period later                    |
//!
//! `rust/helpers/reaper.c` has the lists. Module unload waits for all of it.

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

use crate::{
    clock::jiffies,
    context::Callee,
    helpers,
    host::{
        self,
        Entry,
        Origin,
        Registered,
        GONE, //
    },
    stall::{
        Phase,
        Stall, //
    },
};

/// How to drop a parcel, by its type.
pub(crate) struct Vtable {
    /// Drops the object that the parcel is a field of.
    ///
    /// # Safety
    ///
    /// The object is the caller's, and of the vtable's type.
    reap: unsafe fn(*const Parcel),
    /// Names the object in reports. Not client code, see [`core::any::type_name`].
    name: fn() -> &'static str,
}

impl Vtable {
    /// `reap` says whose the object is, and what drops it.
    ///
    /// # Safety
    ///
    /// `reap` drops the objects that this is used for, and needs nothing but that they are its own.
    pub(crate) const unsafe fn new(
        reap: unsafe fn(*const Parcel),
        name: fn() -> &'static str,
    ) -> Self {
        Self { reap, name }
    }
}

/// Of a parcel whose module is gone: it is leaked.
static GONE_VTABLE: Vtable = Vtable {
    reap: |_| (),
    name: || GONE,
};

/// A field by which any context can leave an object to the reaper.
#[pin_data(PinnedDrop)]
#[repr(C)]
pub(crate) struct Parcel {
    // First: the reaper gives a pointer to it back.
    #[pin]
    node: Opaque<bindings::llist_node>,
    origin: Origin<Vtable>,
    entry: Entry,
    /// Whether it was given up, and when (`jiffies`) and where that was.
    given_up: Atomic<bool>,
    since: Atomic<usize>,
    cpu: Atomic<u32>,
}

// SAFETY: C uses the node alone, in lists that any CPU may use; the rest is atomic or constant.
unsafe impl Send for Parcel {}
// SAFETY: Methods that take `&self` use atomics, or C functions that may be called at any time.
unsafe impl Sync for Parcel {}

impl Parcel {
    /// Makes a parcel. What is registered must be pinned; a new one may move.
    pub(crate) const fn new(vtable: &'static Vtable) -> Self {
        Self {
            node: Opaque::zeroed(),
            origin: Origin::new(vtable, vtable.reap as *const c_void),
            entry: Entry::new::<Self>(),
            given_up: Atomic::<bool>::new(false),
            since: Atomic::new(0),
            cpu: Atomic::new(0),
        }
    }

    /// Shows the object to the registry.
    ///
    /// # Safety
    ///
    /// The object is pinned, and dropped before its memory goes.
    pub(crate) unsafe fn register(&self) {
        // SAFETY: By the safety requirements; `drop()` takes the entry out.
        unsafe { self.entry.add(self.origin.callback()) };
    }

    /// Gives the object up: the reaper drops it a grace period later. Any context, NMI included.
    ///
    /// # Safety
    ///
    /// The caller owns the object, and does not use it after this. Who still does is an RCU reader.
    pub(crate) unsafe fn give_up(&self) {
        self.since.store(jiffies(), ordering::Relaxed);
        self.cpu
            .store(kernel::cpu::CpuId::current().as_u32(), ordering::Relaxed);
        // ORDERING: Release: who sees it in a report sees when. Pairs with `is_pending()`.
        self.given_up.store(true, ordering::Release);
        // SAFETY: The node is in no list: an object is given up once.
        unsafe { helpers::rust_helper_parcel_reap(self.node.get(), self.origin.callback()) };
    }
}

// SAFETY: `entry` is there, made by `new()`; `drop()` removes it.
unsafe impl Registered for Parcel {
    const ENTRY_OFFSET: usize = core::mem::offset_of!(Self, entry);

    fn is_pending(&self) -> bool {
        self.given_up.load(ordering::Acquire)
    }

    fn callback(&self) -> *const c_void {
        self.origin.callback()
    }

    fn disown(&self) {
        self.origin.disown(&GONE_VTABLE);
    }

    fn stall(&self) -> Stall {
        // SAFETY: We are shown by the registry, which the object leaves before its module goes.
        let name = (unsafe { self.origin.vtable() }.name)();
        let since = self.since.load(ordering::Relaxed);
        Stall::since(since, self.cpu.load(ordering::Relaxed), true, name).in_phase(Phase::Ended)
    }
}

#[pinned_drop]
impl PinnedDrop for Parcel {
    fn drop(self: Pin<&mut Self>) {
        self.entry.remove();
    }
}

/// Called by `reap_parcels()` in `rust/helpers/reaper.c`, in process context.
///
/// # Safety
///
/// `node` is what [`Parcel::give_up`] gave to the reaper, a grace period ago. Called once for it.
#[no_mangle]
unsafe extern "C" fn rust_parcel_reap_one(node: *mut bindings::llist_node) {
    // The node is the first field.
    let parcel = node.cast::<Parcel>().cast_const();
    // SAFETY: The reaper has it, until it is dropped.
    let (vtable, callback) = unsafe { ((*parcel).origin.vtable(), (*parcel).origin.callback()) };
    let callee = Callee {
        name: (vtable.name)(),
        callback,
    };
    let reap = vtable.reap;
    // SAFETY: The object is ours: it was given up, and those who still used it were RCU readers.
    // What is dropped is `Send`.
    unsafe { host::drop_payload(callee, || reap(parcel)) };
}
