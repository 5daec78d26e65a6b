// SPDX-License-Identifier: GPL-2.0

//! The part of a work that does not depend on its callback's type.
//!
//! ```text
//!   queue()       claim() -> irq_work_queue() ----------------- self-IPI, tick, or kthread --.
//!   queue_on()    claim() -> smp_call_function_single_async() - IPI -> remote() -------------|
//!                                                                                            |
//!   run()         enter() -> vtable.run() -> exit()  <---------------------------------------'
//!                 then irq_work_single() looks at the C irq_work once more
//! ```
//!
//! All of `run()`, and what `irq_work_single()` does around it, is an RCU reader: interrupts are
//! off, or it is `run_irq_workd()` of PREEMPT_RT, which holds the RCU read lock. That is what lets
//! go of the memory: once no work is pending or running *and then* a grace period has passed,
//! nobody looks at it. `IRQ_WORK_BUSY` cannot tell, see `Documentation/irq_work_sync.rst`.

use core::ptr;
use kernel::{
    bindings,
    cpu::CpuId,
    error::{
        code::*,
        Error,
        Result, //
    },
    ffi::{
        c_int,
        c_uint,
        c_void, //
    },
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
    types::Opaque,
    warn_on, //
};

use super::state::State;
use crate::{
    context::TaskContext,
    gate::Gate,
    helpers,
    poll::Poll,
    registry::{
        Entry,
        Registered, //
    },
    stall::Stall,
};

/// What a work does, by the type of its callback.
pub(crate) struct Vtable {
    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// Only for [`RawIrqWork::run`]: the work's storage is of the vtable's type.
    pub(super) run: unsafe fn(*const RawIrqWork),
    /// Drops what the handles owned.
    ///
    /// # Safety
    ///
    /// The work is idle and closed, nobody looks at it any more, and its storage is of the
    /// vtable's type.
    pub(super) reap: unsafe fn(*const RawIrqWork),
    /// Names the callback in reports. Not client code, see [`core::any::type_name`].
    pub(super) name: fn() -> &'static str,
    /// `IRQ_WORK_HARD_IRQ`, `IRQ_WORK_LAZY`, or none.
    pub(super) flags: c_uint,
    /// Whether a token serialises the queueing.
    pub(super) exclusive: bool,
}

impl Vtable {
    /// Whether the callback has its interrupts on.
    pub(super) fn is_threaded(&self) -> bool {
        cfg!(CONFIG_PREEMPT_RT) && self.flags & bindings::IRQ_WORK_HARD_IRQ == 0
    }
}

/// A work without its callback's type.
///
/// # Invariants
///
/// - `csd` is in use only from a successful claim until the run that it causes.
/// - `handles` counts the handles, while there are any.
#[pin_data(PinnedDrop)]
// `call_single_data_t` asks for the alignment of its size on 64 bit, which bindgen does not see.
#[repr(C, align(32))]
pub(crate) struct RawIrqWork {
    #[pin]
    csd: Opaque<bindings::call_single_data_t>,
    #[pin]
    work: Opaque<bindings::irq_work>,
    #[pin]
    reap: Opaque<bindings::llist_node>,
    #[pin]
    handles: Opaque<bindings::refcount_t>,
    vtable: &'static Vtable,
    pub(super) state: State,
    /// No handle is left, and the reaper has yet to run.
    closed: Atomic<bool>,
    entry: Entry,
    /// The CPU that the work was last queued on, and when, or when it was closed (`jiffies`). For
    /// reports.
    cpu: Atomic<u32>,
    queued_at: Atomic<usize>,
}

// SAFETY: The C parts may be used from any CPU. What the callback captures is not part of it.
unsafe impl Send for RawIrqWork {}
// SAFETY: Methods that take `&self` use atomics, or C functions that may be called at any time.
unsafe impl Sync for RawIrqWork {}

impl RawIrqWork {
    /// Makes a work. What is queued must be pinned; a new one may move.
    pub(super) const fn new(vtable: &'static Vtable) -> Self {
        // SAFETY: Zero is what `INIT_CSD()` and `IRQ_WORK_INIT()` begin with.
        let mut work: bindings::irq_work = unsafe { core::mem::zeroed() };
        work.func = Some(Self::trampoline);
        work.node.__bindgen_anon_1.u_flags = vtable.flags;
        Self {
            csd: Opaque::zeroed(),
            work: Opaque::new(work),
            reap: Opaque::zeroed(),
            handles: Opaque::zeroed(),
            vtable,
            state: State::new(),
            closed: Atomic::<bool>::new(false),
            entry: Entry::new::<Self>(),
            cpu: Atomic::new(0),
            queued_at: Atomic::new(0),
        }
    }

    /// Makes the first handle.
    ///
    /// # Safety
    ///
    /// There is none, or the object is `'static`. The object is pinned, and dropped before its
    /// memory goes (unless that is the memory of the callback's module).
    pub(super) unsafe fn open(&self) {
        // SAFETY: By the safety requirements.
        unsafe {
            bindings::refcount_set(self.handles.get(), 1);
            self.closed.store(false, ordering::Relaxed);
            self.entry.add();
        }
    }

    /// Makes another handle.
    pub(super) fn get(&self) {
        // SAFETY: The caller has a handle. If there are too many of them the count sticks, and the
        // object is leaked.
        unsafe { bindings::refcount_inc(self.handles.get()) };
    }

    /// Drops a handle. After the last one the work cannot be queued again, runs if it is pending,
    /// and then the reaper drops what the handles owned. Any context, NMI included.
    ///
    /// # Safety
    ///
    /// The caller's handle is gone after this. The last one owned the object.
    pub(super) unsafe fn put(&self) {
        // SAFETY: By the safety requirements.
        if unsafe { bindings::refcount_dec_and_test(self.handles.get()) } {
            // For reports: it waits for the reaper from now on.
            self.note_time();
            self.closed.store(true, ordering::Release);
            // SAFETY: The node is unused, and the object there until the reaper has dropped it.
            unsafe { helpers::rust_helper_irq_work_reap(self.reap.get()) };
        }
    }

    /// Queues the work on this CPU. Returns whether it was newly queued.
    ///
    /// # Errors
    ///
    /// - `ENXIO`: this CPU is going offline and has run its works for the last time.
    /// - `ESHUTDOWN`: the module that the callback belongs to is being unloaded.
    ///
    /// # Context
    ///
    /// Any, NMI included.
    ///
    /// # Safety
    ///
    /// The object is there until the run has ended and a grace period is over. If the vtable says
    /// exclusive, the caller has the one right to queue.
    pub(super) unsafe fn queue(&self) -> Result<bool> {
        let gate = self.enter_gate(CpuId::current())?;
        self.check_cpu(CpuId::current(), &gate)?;
        if !self.claim() {
            return Ok(false);
        }
        self.queue_local(&gate);
        Ok(true)
    }

    /// Like [`Self::queue`], on `cpu`.
    ///
    /// # Errors
    ///
    /// - `ENXIO`: `cpu` is offline, or not possible.
    /// - `EPERM`: this is an NMI.
    /// - `ESHUTDOWN`: as above.
    ///
    /// # Safety
    ///
    /// As above.
    pub(super) unsafe fn queue_on(&self, cpu: CpuId) -> Result<bool> {
        let gate = self.enter_gate(cpu)?;
        // SAFETY: Always safe to call.
        if unsafe { helpers::rust_helper_in_nmi() } {
            return Err(self.refuse(cpu, EPERM));
        }
        self.check_cpu(cpu, &gate)?;
        if !self.claim() {
            return Ok(false);
        }
        if cpu == CpuId::current() || !self.send(cpu, &gate) {
            self.queue_local(&gate);
        }
        Ok(true)
    }

    fn enter_gate(&self, cpu: CpuId) -> Result<Gate> {
        Gate::enter(self.callback()).map_err(|error| self.refuse(cpu, error))
    }

    /// Whether `cpu` will run what is queued now. After a claim it is too late to find out: others
    /// may have relied on it.
    fn check_cpu(&self, cpu: CpuId, _preemption_is_off: &Gate) -> Result {
        let threaded = self.vtable.is_threaded();
        // SAFETY: Always safe to call.
        if unsafe { helpers::rust_helper_cpu_takes_irq_work(cpu.as_u32(), threaded) } {
            return Ok(());
        }
        Err(self.refuse(cpu, ENXIO))
    }

    fn refuse(&self, cpu: CpuId, error: Error) -> Error {
        // SAFETY: The helper does not follow the pointer.
        unsafe {
            helpers::rust_helper_irq_work_count_refused(
                ptr::from_ref(self).cast(),
                cpu.as_u32(),
                error.to_errno(),
            )
        };
        error
    }

    fn claim(&self) -> bool {
        if self.vtable.exclusive {
            self.state.claim_exclusive();
            return true;
        }
        let claimed = self.state.claim();
        if !claimed {
            // SAFETY: The helper does not follow the pointer.
            unsafe { helpers::rust_helper_irq_work_count_coalesced(ptr::from_ref(self).cast()) };
        }
        claimed
    }

    fn note_time(&self) {
        // SAFETY: Reading `jiffies` is fine at any time.
        let now = unsafe { ptr::read_volatile(&raw const bindings::jiffies) };
        self.queued_at.store(now, ordering::Relaxed);
    }

    fn note_queued(&self, cpu: CpuId) {
        self.cpu.store(cpu.as_u32(), ordering::Relaxed);
        self.note_time();
        // SAFETY: The helper does not follow the pointers.
        unsafe {
            helpers::rust_helper_irq_work_count_queued(
                ptr::from_ref(self).cast(),
                cpu.as_u32(),
                self.callback(),
            )
        };
    }

    /// Queues a work that the caller has claimed.
    fn queue_local(&self, _preemption_is_off: &Gate) {
        self.note_queued(CpuId::current());
        // SAFETY: The irq_work is initialised, and stays by the safety requirements of the callers.
        let queued = unsafe { bindings::irq_work_queue(self.work.get()) };
        // C clears its PENDING before we clear ours.
        warn_on!(!queued);
    }

    /// Sends a work that the caller has claimed to `cpu`, which is online. `irq_work_queue_on()`
    /// does so with the list node of the irq_work; modules have to do it with a csd of their own.
    fn send(&self, cpu: CpuId, _preemption_is_off: &Gate) -> bool {
        self.note_queued(cpu);
        let csd = self.csd.get();
        // SAFETY: A claim gives the csd to the claimer. C unlocked it before the call that it was
        // last used for, which was before the run that ended the last claim.
        let err = unsafe {
            (*csd).func = Some(Self::remote);
            (*csd).info = ptr::from_ref(self).cast_mut().cast();
            bindings::smp_call_function_single_async(cpu.as_u32() as c_int, csd)
        };
        warn_on!(err != 0);
        err == 0
    }

    /// The callback of the csd.
    ///
    /// # Safety
    ///
    /// For `kernel/smp.c`, with the argument that [`Self::send`] gave it.
    unsafe extern "C" fn remote(info: *mut c_void) {
        let this = info.cast::<Self>().cast_const();
        // SAFETY: Interrupts are off, so that the object is there, by `send()`. Nobody looks at the
        // csd again.
        unsafe {
            if (*this).vtable.is_threaded() {
                // The thread of this CPU is to run it.
                bindings::irq_work_queue((*this).work.get());
                return;
            }
            let flags = (*this).vtable.flags;
            helpers::rust_helper_irq_work_lockdep_enter(flags);
            Self::run(this);
            helpers::rust_helper_irq_work_lockdep_exit(flags);
        }
    }

    /// The callback of the irq_work.
    ///
    /// # Safety
    ///
    /// For `kernel/irq_work.c`, with the irq_work of a `Self`.
    unsafe extern "C" fn trampoline(work: *mut bindings::irq_work) {
        let offset = core::mem::offset_of!(Self, work);
        // SAFETY: The irq_work is in a `Self`, which is there: we are an RCU reader.
        unsafe { Self::run(work.byte_sub(offset).cast::<Self>().cast_const()) };
    }

    /// Runs the callback.
    ///
    /// # Safety
    ///
    /// For [`Self::remote`] and [`Self::trampoline`]: the work was claimed, queued, and is to run.
    unsafe fn run(this: *const Self) {
        // SAFETY: The object is there, and stays until a grace period after `exit()`.
        let raw = unsafe { &*this };
        raw.check_run();
        if raw.vtable.exclusive {
            raw.state.enter_exclusive();
        } else {
            raw.state.enter();
        }
        // SAFETY: The helpers do not follow the pointer; `call_back()` gets what it asks for.
        unsafe {
            helpers::rust_helper_irq_work_count_ran(this.cast());
            raw.call_back_with_lockdep();
            helpers::rust_helper_csd_trace_done(this.cast());
        }
        if raw.vtable.exclusive {
            raw.state.exit_exclusive();
        } else {
            raw.state.exit();
        }
    }

    /// # Safety
    ///
    /// `info` is the work that runs.
    unsafe extern "C" fn call_back(info: *mut c_void) {
        let this = info.cast::<Self>().cast_const();
        // SAFETY: By the safety requirements.
        unsafe { ((*this).vtable.run)(this) };
    }

    /// # Safety
    ///
    /// For [`Self::run`].
    unsafe fn call_back_with_lockdep(&self) {
        let info = ptr::from_ref(self).cast_mut().cast::<c_void>();
        #[cfg(CONFIG_LOCKDEP)]
        // SAFETY: The class is one, and `info` is what `call_back()` asks for.
        unsafe {
            let (key, name) = self.lockdep_class();
            helpers::rust_helper_callback_lockdep_run(key, name, Self::call_back, info)
        };
        #[cfg(not(CONFIG_LOCKDEP))]
        // SAFETY: `info` is what `call_back()` asks for.
        unsafe {
            Self::call_back(info)
        };
    }

    /// What must hold when C calls us.
    #[inline]
    fn check_run(&self) {
        if cfg!(debug_assertions) {
            warn_on!(!self.state.is_pending());
            warn_on!(self.vtable.exclusive && self.state.is_running());
            // SAFETY: Always safe to call.
            let irqs_off = unsafe { helpers::rust_helper_irqs_disabled() };
            warn_on!(irqs_off == self.vtable.is_threaded());
        }
    }

    /// The lock class of the callback, see `RawCsd::lockdep_class`.
    #[cfg(CONFIG_LOCKDEP)]
    fn lockdep_class(&self) -> (*const c_void, *const kernel::ffi::c_char) {
        (self.callback(), c"crosscall_callback".as_char_ptr())
    }

    /// Tells lockdep that the caller is about to depend on the callback.
    #[inline]
    fn lockdep_wait(&self) {
        #[cfg(CONFIG_LOCKDEP)]
        // SAFETY: The class is one.
        unsafe {
            let (key, name) = self.lockdep_class();
            helpers::rust_helper_callback_lockdep_wait(key, name)
        };
    }

    /// Waits until every run that was claimed before has ended.
    pub(super) fn sync(&self, task: &TaskContext) {
        self.lockdep_wait();
        let before = self.state.snapshot();
        let poll = Poll::new(task);
        while !self.state.is_idle() {
            if poll.is_long() && self.state.started_since(before) {
                // Others queue it all the time, so that it may never be idle. Those that were
                // claimed before have started, and are RCU readers.
                return task.grace_period();
            }
            poll.pause();
        }
    }

    /// Waits until the work is idle. It stays so for who has the only right to queue it.
    pub(super) fn wait_idle(&self, task: &TaskContext) {
        self.lockdep_wait();
        let poll = Poll::new(task);
        while !self.state.is_idle() {
            poll.pause();
        }
    }

    /// Waits until nobody looks at the work any more, and nobody will.
    ///
    /// # Safety
    ///
    /// The caller has the last handle, and drops none.
    pub(super) unsafe fn quiesce(&self, task: &TaskContext) {
        self.closed.store(true, ordering::Release);
        self.wait_idle(task);
        task.grace_period();
        self.forget();
    }

    /// No handle is left, and the work is not to be queued from its callback.
    pub(super) fn is_closed(&self) -> bool {
        self.closed.load(ordering::Acquire)
    }

    /// Nobody looks at the work any more; but its object may be shared.
    fn forget(&self) {
        self.entry.remove();
        self.closed.store(false, ordering::Release);
    }

    /// # Safety
    ///
    /// `reap` is what [`Self::put`] gave to the reaper.
    unsafe fn of_reaper<'a>(reap: *mut bindings::llist_node) -> &'a Self {
        let offset = core::mem::offset_of!(Self, reap);
        // SAFETY: By the safety requirements.
        unsafe { &*reap.byte_sub(offset).cast::<Self>() }
    }
}

/// Called by `reap_works()` in `rust/helpers/reaper.c`.
///
/// # Safety
///
/// `reap` is what [`RawIrqWork::put`] gave to the reaper.
#[no_mangle]
unsafe extern "C" fn rust_irq_work_is_idle(reap: *mut bindings::llist_node) -> bool {
    // SAFETY: By the safety requirements.
    unsafe { RawIrqWork::of_reaper(reap) }.state.is_idle()
}

/// Called by `reap_works()` in `rust/helpers/reaper.c`, in process context.
///
/// # Safety
///
/// As above, once, after the work was idle and then a grace period.
#[no_mangle]
unsafe extern "C" fn rust_irq_work_reap_one(reap: *mut bindings::llist_node) {
    // SAFETY: By the safety requirements. There is no handle, and no callback that could queue the
    // work again: it is still idle.
    unsafe {
        let raw = RawIrqWork::of_reaper(reap);
        let reap = raw.vtable.reap;
        raw.forget();
        reap(raw);
    }
}

// SAFETY: `entry` is there, made by `new()`; `drop()` removes it.
unsafe impl Registered for RawIrqWork {
    const ENTRY_OFFSET: usize = core::mem::offset_of!(Self, entry);

    fn is_pending(&self) -> bool {
        self.is_closed() || !self.state.is_idle()
    }

    fn callback(&self) -> *const c_void {
        self.vtable.run as *const c_void
    }

    fn stall(&self) -> Stall {
        Stall::since(
            self.queued_at.load(ordering::Acquire),
            self.cpu.load(ordering::Relaxed),
            self.state.is_running(),
            (self.vtable.name)(),
        )
    }
}

#[pinned_drop]
impl PinnedDrop for RawIrqWork {
    fn drop(self: Pin<&mut Self>) {
        self.entry.remove();
    }
}
