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
    sync::{
        atomic::{
            ordering,
            Atomic, //
        },
        rcu, //
    },
    types::Opaque, //
};

use crate::{
    context::Callee,
    helpers,
    host::{
        self,
        Code,
        CodePtr,
        Entry,
        ModuleKept,
        Origin,
        Registered,
        GONE, //
    },
    jiffies::recent,
    stall::{
        Phase,
        Stall, //
    },
};

/// How to drop a parcel, by its type.
#[repr(C)]
pub(crate) struct Vtable {
    /// First, see [`Code`]: the address of `reap`, or of a callback that is gone.
    callback: *const c_void,
    /// Drops the object that the parcel is a field of.
    ///
    /// # Safety
    ///
    /// The caller must own the object, which must be of the vtable's type, and must not use it
    /// after this.
    reap: unsafe fn(*const Parcel),
    /// Names the object in reports. Not client code, see [`core::any::type_name`].
    name: fn() -> &'static str,
}

impl Vtable {
    /// Makes the vtable of objects that `reap` drops. The code of `reap` also tells to which module
    /// they belong.
    ///
    /// # Safety
    ///
    /// The caller must ensure that `reap` drops the objects that the vtable is used for, and
    /// requires only what [`Self::reap`] says.
    pub(crate) const unsafe fn new(
        reap: unsafe fn(*const Parcel),
        name: fn() -> &'static str,
    ) -> Self {
        Self {
            callback: reap as *const c_void,
            reap,
            name,
        }
    }
}

// SAFETY: Nothing changes, and the address is not dereferenced.
unsafe impl Sync for Vtable {}

// SAFETY: The callback is the first field, in C's order.
unsafe impl Code for Vtable {
    fn gone() -> &'static Self {
        /// The object is leaked.
        static GONE_VTABLE: Vtable = Vtable {
            callback: host::GONE_CALLBACK,
            reap: |_| (),
            name: || GONE,
        };
        &GONE_VTABLE
    }
}

/// A field by which any context can leave an object to the reaper.
#[pin_data(PinnedDrop)]
#[repr(C)]
pub(crate) struct Parcel {
    // First: the reaper gives back a pointer to it.
    #[pin]
    node: Opaque<bindings::llist_node>,
    origin: Origin<Vtable>,
    entry: Entry,
    /// Whether it was given up, and when and where that was.
    given_up: Atomic<bool>,
    since: Atomic<u32>,
    cpu: Atomic<u32>,
}

// SAFETY: C uses only the node, in lists that any CPU may use; the rest is atomic or constant.
unsafe impl Send for Parcel {}
// SAFETY: Methods that take `&self` use atomics, or C functions that may be called at any time.
unsafe impl Sync for Parcel {}

impl Parcel {
    /// Makes a parcel. What is registered must be pinned; a new one may move.
    pub(crate) const fn new(vtable: &'static Vtable) -> Self {
        Self {
            node: Opaque::zeroed(),
            origin: Origin::new(vtable),
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
    /// The caller must ensure that the object is pinned, and dropped before its memory is freed or
    /// used for anything else.
    pub(crate) unsafe fn register(&self) {
        // SAFETY: `drop()` removes the entry, and the caller promises that the object is pinned and
        // that its drop runs before its memory goes.
        unsafe { self.entry.add(self.origin.callback()) };
    }

    /// Keeps the callback's module while what the object owns is dropped; `None` if it is gone.
    pub(crate) fn keep_module(&self) -> Option<ModuleKept> {
        self.origin.keep_module()
    }

    /// For reports. Returns what the reaper is told.
    fn note_given_up(&self) -> CodePtr {
        self.since.store(recent(), ordering::Relaxed);
        self.cpu
            .store(kernel::cpu::CpuId::current().as_u32(), ordering::Relaxed);
        // ORDERING: Release: a report that sees the flag sees the time and the CPU. Pairs with
        // `is_pending()`. Litmus test: reaper-parcel.
        self.given_up.store(true, ordering::Release);
        self.origin.code()
    }

    /// Gives the object up: the reaper drops it a grace period later. Any context, NMI included.
    ///
    /// # Safety
    ///
    /// The caller must own the object, and must not use it after this. Other code that still uses
    /// it must be an RCU reader. `this` must be a pointer by which all of the object may be used:
    /// the reaper drops it by that.
    pub(crate) unsafe fn give_up(this: *const Self) {
        // SAFETY: The caller owns the object, so that the parcel is valid.
        let code = unsafe { (*this).note_given_up() };
        // SAFETY: The caller owns the object and gives it up, which happens once: the node is valid
        // until the reaper drops the object, and in no list.
        unsafe {
            helpers::rust_helper_parcel_reap(Opaque::cast_into(&raw const (*this).node), code)
        };
    }
}

// SAFETY: This is kind 3. `ENTRY_OFFSET` is the offset of `entry`, which `new()` initialises.
unsafe impl Registered for Parcel {
    const KIND: usize = 3;
    const ENTRY_OFFSET: usize = core::mem::offset_of!(Self, entry);

    fn is_pending(&self) -> bool {
        // ORDERING: Acquire pairs with `give_up()`. Litmus test: reaper-parcel.
        self.given_up.load(ordering::Acquire)
    }

    fn callback(&self) -> *const c_void {
        self.origin.callback()
    }

    fn disown(&self) {
        self.origin.disown();
    }

    fn stall(&self) -> Stall {
        let section = rcu::read_lock();
        let name = (self.origin.read(&section).name)();
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

/// Called by `reap_works()` in `rust/helpers/reaper.c`, in process context.
///
/// # Safety
///
/// The caller must be the reaper, with `reaped` of its client, and with a `node` that
/// [`Parcel::give_up`] gave to it a grace period ago, once for each time.
#[no_mangle]
unsafe extern "C" fn rust_parcel_reap_one(node: *mut bindings::llist_node, reaped: *mut c_void) {
    // The node is the first field.
    let parcel = node.cast::<Parcel>().cast_const();
    // SAFETY: The caller promises that the reaper has the object, which is valid until it is
    // dropped. Its module waits for the reaper, so that the vtable is there.
    let (vtable, callback) = unsafe { ((*parcel).origin.vtable(), (*parcel).origin.callback()) };
    let callee = Callee {
        name: (vtable.name)(),
        callback,
    };
    let reap = vtable.reap;
    // SAFETY: The object was given up, and code that still used it was an RCU reader, for which the
    // reaper has waited: it belongs to this function, and is of the vtable's type. What is dropped
    // is `Send`: none of it relies on a guard. `reaped` is the client's.
    unsafe { host::drop_payload(reaped, callee, || reap(parcel)) };
}
