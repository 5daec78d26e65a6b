// SPDX-License-Identifier: GPL-2.0

//! A call that any CPU may fire.

use core::{
    cell::UnsafeCell,
    marker::PhantomData, //
};
use kernel::{
    alloc::{
        AllocError,
        Flags, //
    },
    cpu::CpuId,
    prelude::*,
    sync::{
        Arc,
        ArcBorrow,
        LockClassKey,
        UniqueArc, //
    },
    time::Jiffies,
    warn_on,
};

use super::{
    mode::{
        Callback,
        Mode,
        Overlapping,
        Serial, //
    },
    state::State,
    Context,
    Fired, //
};
use crate::{
    allocation,
    context::{
        MaySendIpi,
        TaskContext, //
    },
    impl_has_irq_work,
    irq_work::{
        self,
        layer::{
            Attempt,
            Layered, //
        },
        Handle,
        Hard,
        IrqWork,
        IrqWorkCallback, //
    },
    poll::{
        GaveUp,
        Limit, //
    },
    stall::Stall, //
};

/// The callback, with the work that it runs by.
#[pin_data]
struct Object<M: Mode, F: Callback<M>> {
    #[pin]
    work: IrqWork<Self>,
    // Not used where runs overlap.
    state: State,
    f: CallbackCell<F>,
    _mode: PhantomData<fn(&M)>,
}

/// Keeps the callback of a call.
struct CallbackCell<F>(UnsafeCell<F>);

// SAFETY: A shared reference gives only a raw pointer, which `Object::run()` uses: with `Serial`
// one run at a time, for which `F: Send` is enough; with `Overlapping` as `Callback` allows.
unsafe impl<F: Send> Sync for CallbackCell<F> {}

impl<F> CallbackCell<F> {
    fn get(&self) -> *mut F {
        self.0.get()
    }
}

impl_has_irq_work! {
    impl{M: Mode, F: Callback<M>} HasIrqWork for Object<M, F> { self.work }
}

impl<M: Mode, F: Callback<M>> IrqWorkCallback for Object<M, F> {
    type Mode = Hard;
    type Pointer = Arc<Self>;

    fn run(this: ArcBorrow<'_, Self>, cx: &irq_work::Context<Hard>) {
        if !M::SERIAL {
            // SAFETY: `cx` and the state outlive the context, which ends here. `f` is valid while
            // the object is borrowed, and with `Overlapping` only shared.
            unsafe { F::call(this.f.get(), &Context::new(cx, &this.state, 1)) };
            return;
        }

        let attempts = this.state.enter();
        if cfg!(debug_assertions) {
            warn_on!(attempts == 0);
        }
        // SAFETY: `cx` and the state outlive the context, which ends here. `f` is valid while the
        // object is borrowed. From the attempt that found the call idle until `exit()` this run
        // alone may use `f`: only that attempt, or the run before, queues the work.
        unsafe { F::call(this.f.get(), &Context::new(cx, &this.state, attempts)) };
        if this.state.exit(attempts) {
            // SAFETY: This run has kept the right to queue: no other code claims the work.
            unsafe { cx.requeue_owed() };
        }
    }
}

/// Fires a serial call on `cpu`. Returns whether that has queued it.
pub(super) fn fire_serial(work: Layered<'_>, state: &State, cpu: CpuId) -> Attempt {
    // SAFETY: An attempt returns true if it gets the right to queue, which passes to the run that
    // it queues, until the end of that. Nothing else claims the work of a serial call.
    unsafe { work.queue_on_if(cpu, || state.attempt()) }
}

/// [`fire_serial`], on this CPU.
pub(super) fn fire_serial_here(work: Layered<'_>, state: &State) -> Attempt {
    // SAFETY: An attempt returns true if it gets the right to queue, which passes to the run that
    // it queues, until the end of that. Nothing else claims the work of a serial call.
    unsafe { work.queue_if(|| state.attempt()) }
}

/// A call that any CPU may fire; see [`new`] and [`serial`].
///
/// Can be cloned, shared and sent. Dropping it never blocks, and may be done in any context, NMI
/// included. After the last one the call cannot be fired again, not even by its callback; what was
/// fired runs, and then a workqueue drops the callback.
#[must_use = "dropping the last one gives up the call"]
pub struct Call<M: Mode, F: Callback<M>> {
    handle: Handle<Arc<Object<M, F>>>,
}

impl<M: Mode, F: Callback<M>> Call<M, F> {
    fn with(f: F, flags: Flags) -> Result<Self, AllocError> {
        allocation::may_allocate()?;
        let object = UniqueArc::pin_init(
            pin_init!(Object {
                work <- IrqWork::new(),
                state: State::new(),
                f: CallbackCell(UnsafeCell::new(f)),
                _mode: PhantomData,
            }),
            flags,
        )
        .map_err(|_| AllocError)?;
        Ok(Self {
            handle: object.into(),
        })
    }

    /// Gives the callback a lockdep class of its own; see
    /// [`csd::Idle::with_lock_class`](crate::csd::Idle::with_lock_class). Any context.
    pub fn with_lock_class(self, key: Pin<&'static LockClassKey>) -> Self {
        Self {
            handle: self.handle.with_lock_class(key),
        }
    }

    /// Fires the call on `cpu`.
    ///
    /// This never calls the callback, not on its own CPU either (where the interrupt may come
    /// before it returns, if interrupts are on). If this is refused with [`Fired::Busy`], the run
    /// to come is on the CPU that it was fired on before.
    ///
    /// Based on the C function `smp_call_function_single_async()`, whose `-EBUSY` promises nothing.
    ///
    /// # Errors
    ///
    /// No other attempt was refused on account of an attempt that fails so.
    ///
    /// - [`ENXIO`]: `cpu` is offline or about to be, or not possible.
    /// - [`EPERM`]: this is an NMI. (Where a token can say so, that does not compile.)
    /// - [`ESHUTDOWN`]: the module of the callback is being unloaded and its exit function is over.
    ///   (What runs then are callbacks, and drops of what they or handles owned.)
    ///
    /// # Context
    ///
    /// Any but NMI, which `context` stands for; interrupts may be off. Neither allocates nor spins.
    pub fn fire(&self, cpu: CpuId, context: &impl MaySendIpi) -> Result<Fired> {
        let queued = if M::SERIAL {
            fire_serial(self.handle.layered(), &self.handle.state, cpu).into_result()
        } else {
            self.handle.queue_on(cpu, context)
        };
        queued.map(Fired::from)
    }

    /// Fires the call on this CPU.
    ///
    /// Based on the C function `irq_work_queue()`.
    ///
    /// # Errors
    ///
    /// [`ENXIO`] and [`ESHUTDOWN`], as [`Self::fire`].
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn fire_here(&self) -> Result<Fired> {
        let queued = if M::SERIAL {
            fire_serial_here(self.handle.layered(), &self.handle.state).into_result()
        } else {
            self.handle.queue()
        };
        queued.map(Fired::from)
    }

    /// Sleeps until the runs that were due have ended: those of each attempt made before by any
    /// caller, whether it queued the call or found it busy.
    ///
    /// Not interruptible. Returns even if others fire the call all the time. Lockdep reports a
    /// caller that holds a lock which the callback takes.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn sync(&self, task: &TaskContext) {
        // Without a limit this does not give up.
        let _ = self.sync_within(Limit::None, task);
    }

    /// Like [`Self::sync`], but gives up after `timeout` and says where the call is stuck.
    ///
    /// # Errors
    ///
    /// The report, as an [`Error`] `ETIMEDOUT`. The counter `stalled` of the CPU that the call was
    /// last queued on goes up.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn sync_timeout(&self, task: &TaskContext, timeout: Jiffies) -> Result<(), Stall> {
        self.sync_within(Limit::Timeout(timeout), task)
            .map_err(|GaveUp| self.handle.timed_out())
    }

    /// Like [`Self::sync`], but gives up when the task gets a fatal signal.
    ///
    /// # Errors
    ///
    /// [`EINTR`]: it got one.
    ///
    /// # Context
    ///
    /// Process context, may sleep.
    pub fn sync_killable(&self, task: &TaskContext) -> Result {
        self.sync_within(Limit::Killed, task)
            .map_err(|GaveUp| EINTR)
    }

    /// Whether a run is yet to begin; of a serial call, whether one is yet to end. A snapshot.
    ///
    /// True after an attempt that was [`Fired::Busy`], until a run begins that sees what the caller
    /// wrote before. (The flag of a serial call's work is set when that is queued again, which the
    /// run before does at its end.)
    ///
    /// # Context
    ///
    /// Any, NMI included.
    pub fn is_pending(&self) -> bool {
        if M::SERIAL {
            self.handle.state.is_pending()
        } else {
            self.handle.is_pending()
        }
    }

    fn sync_within(&self, limit: Limit, task: &TaskContext) -> Result<(), GaveUp> {
        if !M::SERIAL {
            return self.handle.sync_within(limit, task);
        }
        let before = self.handle.state.snapshot();
        self.handle
            .wait_until(limit, task, &|| self.handle.state.ended_since(before))
    }
}

impl<M: Mode, F: Callback<M>> Clone for Call<M, F> {
    fn clone(&self) -> Self {
        Self {
            handle: self.handle.clone(),
        }
    }
}

/// Makes a call whose runs may overlap.
///
/// The one allocation is here; firing, any number of times, makes none. The closure is `Fn`, since
/// several CPUs may run it at once; [`serial`] rules that out.
///
/// # Errors
///
/// [`AllocError`] (`ENOMEM`); the closure is dropped.
///
/// # Context
///
/// As `flags` say; may sleep with `GFP_KERNEL`. In an NMI it fails.
pub fn new<F>(f: F, flags: Flags) -> Result<Call<Overlapping, F>, AllocError>
where
    F: Fn(&Context<Overlapping>) + Send + Sync + 'static,
{
    Call::with(f, flags)
}

/// Makes a call that runs on one CPU at a time. Its callback gets the number of attempts that a run
/// stands for.
///
/// The closure is `FnMut`, and need not be `Sync`: what it captures is its own, without a lock.
///
/// Errors and context as [`new`].
pub fn serial<F>(f: F, flags: Flags) -> Result<Call<Serial, F>, AllocError>
where
    F: FnMut(&Context<Serial>) + Send + 'static,
{
    Call::with(f, flags)
}
