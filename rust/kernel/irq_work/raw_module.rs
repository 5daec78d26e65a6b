// SPDX-License-Identifier: GPL-2.0

//! The part of a work that does not depend on its callback's type.
//!
//! ```text
//!   queue()       claim() -> irq_work_queue() ----------------- self-IPI, tick, or kthread --.
//!   queue_on()    claim() -> send() ------------------ IPI of a csd, or of the irq_work -----|
//!                                                                                            |
//!   run()         enter() -> vtable.run() -> exit()  <---------------------------------------'
//!                 then irq_work_single() looks at the C irq_work once more
//! ```
//!
//! All of `run()`, and what `irq_work_single()` does around it, is an RCU reader: interrupts are
//! off, or it is `run_irq_workd()` of PREEMPT_RT, which holds the RCU read lock. That decides when
//! the memory may go: once the work is neither pending nor running *and then* a grace period has
//! passed, no CPU uses it. `IRQ_WORK_BUSY` cannot tell, see `Documentation/irq_work_sync.rst`.

use kernel::{
    bindings,
    ffi::{
        c_uint,
        c_void, //
    },
    prelude::*,
    sync::{
        atomic::{
            ordering,
            Atomic, //
        },
        rcu, //
    },
    types::Opaque,
};

use super::{
    remote::Remote,
    state::State, //
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
        Registered, //
        GONE,
    },
    lock_class::CallbackClass,
    stall::{
        Phase,
        Stall, //
    },
};

/// What a work does, by the type of its callback.
#[repr(C)]
pub(super) struct Vtable {
    /// First, see [`Code`]: the address of `run`, or of a callback that is gone.
    pub(super) callback: *const c_void,
    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// The caller must be [`RawIrqWork::run`], with a work whose storage is of the vtable's type.
    pub(super) run: unsafe fn(*const RawIrqWork),
    /// Drops what the handles owned.
    ///
    /// # Safety
    ///
    /// The caller must ensure that no handle is left, that the work has been idle for a grace
    /// period, and that its storage is of the vtable's type. The storage may be gone after this.
    pub(super) reap: unsafe fn(*const RawIrqWork),
    /// Names the callback in reports: [`core::any::type_name`], in the client's text.
    pub(super) name: fn() -> &'static str,
    /// `IRQ_WORK_HARD_IRQ`, `IRQ_WORK_LAZY`, or none.
    pub(super) flags: c_uint,
    /// Whether a token serialises the queueing.
    pub(super) exclusive: bool,
}

impl Vtable {
    /// Whether the callback runs in a thread, with interrupts on.
    pub(super) fn is_threaded(&self) -> bool {
        cfg!(CONFIG_PREEMPT_RT) && self.flags & bindings::IRQ_WORK_HARD_IRQ == 0
    }
}

// SAFETY: Nothing changes, and the address is not dereferenced.
unsafe impl Sync for Vtable {}

// SAFETY: The callback is the first field, in C's order.
unsafe impl Code for Vtable {
    fn gone() -> &'static Self {
        /// It cannot be queued, and what it owns is leaked.
        static GONE_VTABLE: Vtable = Vtable {
            callback: host::GONE_CALLBACK,
            run: |_| (),
            reap: |_| (),
            name: || GONE,
            flags: bindings::IRQ_WORK_HARD_IRQ,
            // What loses its code while it is in flight is static, see `enter_static()`.
            exclusive: false,
        };
        &GONE_VTABLE
    }
}

/// A work without its callback's type.
///
/// # Invariants
///
/// `handles` counts the handles, while there are any.
#[pin_data(PinnedDrop)]
#[repr(C)]
pub(crate) struct RawIrqWork {
    // First: the pointer that C hands to a trampoline is the one to the object, and the run keeps
    // one register.
    #[pin]
    pub(super) work: Opaque<bindings::irq_work>,
    #[pin]
    pub(super) remote: Remote,
    #[pin]
    pub(super) reap: Opaque<bindings::llist_node>,
    origin: Origin<Vtable>,
    pub(super) entry: Entry,
    #[pin]
    handles: Opaque<bindings::refcount_t>,
    pub(super) state: State,
    /// The CPU that the work was last queued on, and when, or when it was closed. For reports.
    pub(super) cpu: Atomic<u32>,
    pub(super) queued_at: Atomic<u32>,
    /// No handle is left, and the reaper has yet to run.
    pub(super) closed: Atomic<bool>,
    /// The work must not be queued any more, though there may be handles.
    pub(super) shut_down: Atomic<bool>,
    pub(super) class: CallbackClass,
}

// Each object that can be queued has one: see `Documentation/performance.rst` for what is in it.
#[cfg(not(CONFIG_LOCKDEP))]
static_assert!(size_of::<RawIrqWork>() <= 128);

// SAFETY: The C parts may be used from any CPU. What the callback captures is not part of it.
unsafe impl Send for RawIrqWork {}
// SAFETY: Methods that take `&self` use atomics, or C functions that may be called at any time.
unsafe impl Sync for RawIrqWork {}

impl RawIrqWork {
    /// Makes a work. What is queued must be pinned; a new one may move.
    pub(super) const fn new(vtable: &'static Vtable) -> Self {
        // SAFETY: Zero is what `INIT_CSD()` and `IRQ_WORK_INIT()` begin with.
        let mut work: bindings::irq_work = unsafe { core::mem::zeroed() };
        work.func = Some(if vtable.exclusive {
            Self::exclusive_trampoline
        } else {
            Self::shared_trampoline
        });
        work.node.__bindgen_anon_1.u_flags = vtable.flags;
        Self {
            work: Opaque::new(work),
            remote: Remote::new(),
            reap: Opaque::zeroed(),
            handles: Opaque::zeroed(),
            origin: Origin::new(vtable),
            state: State::new(),
            closed: Atomic::<bool>::new(false),
            shut_down: Atomic::<bool>::new(false),
            class: CallbackClass::new(vtable),
            entry: Entry::new::<Self>(),
            cpu: Atomic::new(0),
            queued_at: Atomic::new(0),
        }
    }

    /// [`Self::adopt`] or, for a static object, which any number of tasks may give a handle at
    /// once, [`Self::enter_static`].
    ///
    /// # Safety
    ///
    /// The caller must ensure what [`Self::adopt`] asks for, if handles are counted, or else
    /// [`Self::enter_static`].
    #[inline]
    pub(super) unsafe fn enter(&self, counted: bool, vtable: &'static Vtable) {
        // SAFETY: The caller promises what the function asks for that is called.
        unsafe {
            if counted {
                self.adopt(vtable);
            } else {
                self.enter_static(vtable);
            }
        }
    }

    /// Enters a work that is about to get a handle, after its code was made that of the caller's
    /// module: another module may have initialised the object, and may be gone.
    ///
    /// Does nothing if the object is in the registry, from where its module takes the code away
    /// when it goes, which may be now; or if that has happened. (An object that entered by a
    /// callback which was read before would be in the registry of a module that is gone.)
    ///
    /// # Safety
    ///
    /// The caller must own the object, whose work must have no handle, and must ensure that it is
    /// pinned, and dropped before its memory is freed or used for anything else. The vtable must be
    /// of the object's type.
    pub(super) unsafe fn adopt(&self, vtable: &'static Vtable) {
        if self.entry.is_new() && !self.is_gone() {
            self.origin.set(vtable);
            self.class.reset(vtable);
            // SAFETY: The caller promises that the object is pinned, and when it is dropped.
            unsafe { self.register() };
        }
    }

    /// Enters a work that is new, and whose code is that of the caller's module, or that is static.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is pinned, and dropped before its memory is freed or
    /// used for anything else.
    pub(super) unsafe fn register(&self) {
        // SAFETY: `drop()` removes the entry, and the caller promises that it runs before the
        // memory goes.
        unsafe { self.entry.add(self.callback()) };
    }

    /// Makes the first handle.
    ///
    /// # Safety
    ///
    /// The caller must ensure that there is no handle, or that the object is `'static`; and that
    /// the object is pinned.
    pub(super) unsafe fn open(&self) {
        // SAFETY: The caller promises that there is no other handle, so that the count is not in
        // use, or that the object is not counted.
        unsafe { bindings::refcount_set(self.handles.get(), 1) };
        self.closed.store(false, ordering::Relaxed);
    }

    /// # Safety
    ///
    /// The caller must ensure that the module of the callback is not gone before the last use of
    /// what this returns, as [`Origin::vtable`] says.
    pub(super) unsafe fn vtable(&self) -> &Vtable {
        // SAFETY: The caller promises that the module is not gone before the last use of the
        // vtable.
        unsafe { self.origin.vtable() }
    }

    /// See [`Gate::enter_at`](crate::host::Gate::enter_at).
    pub(super) fn code(&self) -> CodePtr {
        self.origin.code()
    }

    /// Enters a work of a static object, or refuses it for good: if the caller's module has not
    /// made it, the module that has may be gone; and if it is in the memory of another module than
    /// its callback, no unload would wait for both. (A module can get such an object by a
    /// constructor of another one.)
    ///
    /// Until it is known which, nothing of the work's vtable may be read.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the object is `'static`. The vtable must be of the object's
    /// type.
    unsafe fn enter_static(&self, vtable: &'static Vtable) {
        let this = core::ptr::from_ref(self).cast();
        let ours = core::ptr::from_ref(vtable).cast();
        // What unload removes from the registry has entered before unload closed the gate, which
        // waits for readers: what is new here is so until the end of this section, as far as unload
        // goes. Litmus test: unload-gate.
        let _section = rcu::read_lock();
        // One that has entered was not refused, or has lost its module.
        if !self.entry.is_new() || self.is_gone() {
            return;
        }
        // (Several tasks may be here at once. If one is refused that another one is not, the work
        // has no code from then on: it can have been accepted and not run. On PREEMPT_RT its thread
        // may then say that a callback has left interrupts on.)
        if host::is_foreign(this, self.origin.address(), ours) {
            // The gate is open to what has no code, as long as no module goes.
            self.shut_down.store(true, ordering::Relaxed);
            self.disown();
            return;
        }
        // SAFETY: The object is never dropped, and its memory does not go, or only with the module
        // of its callback.
        unsafe { self.register() };
    }

    /// Whether the callback's module is gone, so that no code can drop what the object owns; see
    /// `origin.rs`.
    pub(super) fn is_gone(&self) -> bool {
        self.origin.is_gone()
    }

    /// Keeps the callback's module while what the object owns is dropped; `None` if it is gone.
    pub(super) fn keep_module(&self) -> Option<ModuleKept> {
        self.origin.keep_module()
    }

    /// Makes another handle.
    #[inline]
    pub(super) fn get(&self) {
        // SAFETY: The caller has a handle, so that the count is initialised. If there are too many
        // handles the count saturates, and the object is leaked.
        unsafe { bindings::refcount_inc(self.handles.get()) };
    }

    /// Drops a handle. After the last one the work cannot be queued again, runs if it is pending,
    /// and then the reaper drops what the handles owned. Any context, NMI included.
    ///
    /// # Safety
    ///
    /// The caller must have a handle of `this`, which is gone after this. The last one must own the
    /// object. `this` must be a pointer by which all of the object may be used.
    pub(super) unsafe fn put(this: *const Self) {
        // SAFETY: The caller has a handle, so that the count is initialised, and does not use the
        // handle after this. If it was the last one, which owned the object, the reaper gets that
        // once, so that the node is in no list, and the object is valid until the reaper has
        // dropped it. A reference to the object would still be there then.
        unsafe {
            if bindings::refcount_dec_and_test((*this).handles.get()) {
                // Litmus test: irq_work-last-handle.
                //
                // For reports: the work waits for the reaper from now on.
                (*this).note_time();
                // ORDERING: none needed. A run that finds the work open and queues it again does so
                // before it ends: the reaper does not find the work idle in between. Litmus test:
                // irq_work-closed.
                (*this).closed.store(true, ordering::Relaxed);
                let code = (*this).code();
                let reap = Opaque::cast_into(&raw const (*this).reap);
                helpers::rust_helper_irq_work_reap(reap, code);
            }
        }
    }

    /// Whether no handle is left, so that the callback must not queue the work any more.
    ///
    /// That ends a work which always queues itself. When it may be freed is decided by
    /// [`State::is_idle`] alone.
    pub(super) fn is_closed(&self) -> bool {
        // ORDERING: none needed, see `put()`. Litmus test: irq_work-closed.
        self.closed.load(ordering::Relaxed)
    }

    /// Whether the callback may queue the work.
    pub(super) fn check_open(&self) -> Result {
        if self.is_closed() {
            return Err(host::shut_down());
        }
        Ok(())
    }

    /// Whether a run is yet to begin. A snapshot.
    pub(super) fn is_pending(&self) -> bool {
        self.state.is_pending()
    }

    /// Names the callback in reports.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the module of the callback is not gone before the last use of
    /// what this returns, as [`Origin::vtable`] says.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn callee(&self) -> Callee {
        Callee {
            // SAFETY: The caller promises that the module is not gone before the last use of the
            // name.
            name: (unsafe { self.vtable() }.name)(),
            callback: self.callback(),
        }
    }
}

// SAFETY: This is kind 2. `ENTRY_OFFSET` is the offset of `entry`, which `new()` initialises.
unsafe impl Registered for RawIrqWork {
    const KIND: usize = 2;
    const ENTRY_OFFSET: usize = core::mem::offset_of!(Self, entry);

    fn is_pending(&self) -> bool {
        self.is_closed() || !self.state.is_idle()
    }

    fn callback(&self) -> *const c_void {
        self.origin.callback()
    }

    fn disown(&self) {
        self.origin.disown();
        self.class.reset(Vtable::gone());
    }

    fn stall(&self) -> Stall {
        // The caller may be another module, which has kept a token.
        let section = rcu::read_lock();
        let stall = Stall::since(
            self.queued_at.load(ordering::Relaxed),
            self.cpu.load(ordering::Relaxed),
            self.state.is_running(),
            (self.origin.read(&section).name)(),
        );
        if self.is_closed() && self.state.is_idle() {
            return stall.in_phase(Phase::Ended);
        }
        stall
    }
}

#[pinned_drop]
impl PinnedDrop for RawIrqWork {
    fn drop(self: Pin<&mut Self>) {
        self.entry.remove();
    }
}
