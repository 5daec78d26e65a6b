// SPDX-License-Identifier: GPL-2.0

//! Works on the stack, whose callbacks may borrow.

use core::{
    marker::PhantomData,
    pin::pin, //
};
use kernel::{
    cpu::CpuId,
    ffi::c_void,
    prelude::*,
    time::Jiffies, //
};

use super::{
    raw::{
        RawIrqWork,
        Vtable, //
    },
    Context,
    GracePeriod,
    Mode,
    Stall, //
};
use crate::{
    context::{
        MaySendIpi,
        TaskContext, //
    },
    poll::{
        GaveUp,
        Limit, //
    },
};

/// A work on the stack; see [`scope`].
#[repr(C)]
pub struct Scoped<M, F>
where
    M: Mode,
    F: Fn(&Context<M>) + Sync,
{
    raw: RawIrqWork,
    f: F,
    // The vtable is that of this very type.
    _mode: PhantomData<fn(M) -> M>,
    _callback: PhantomData<fn(F) -> F>,
}

impl<M, F> Scoped<M, F>
where
    M: Mode,
    F: Fn(&Context<M>) + Sync,
{
    const VTABLE: &'static Vtable = &Vtable {
        callback: Self::run as *const c_void,
        run: Self::run,
        reap: Self::reap,
        name: core::any::type_name::<F>,
        flags: M::FLAGS,
        exclusive: false,
    };

    /// # Safety
    ///
    /// The caller must be [`RawIrqWork::run`], with a work whose storage is a `Self`, as
    /// [`Vtable::run`] says.
    unsafe fn run(raw: *const RawIrqWork) {
        // `raw` is the first field.
        let this = raw.cast::<Self>();
        // SAFETY: The caller promises that the work is a `Self`. It is valid, since `scope()` waits
        // for it, and `f` is only shared. This is its callback, whose mode is `M`, and the context
        // ends with it.
        unsafe { ((*this).f)(&Context::new(raw)) };
    }

    /// # Safety
    ///
    /// The caller need not ensure anything. It is never called: the one handle of a scoped work is
    /// not given up.
    unsafe fn reap(_raw: *const RawIrqWork) {}

    /// See [`Handle::queue`](super::Handle::queue).
    pub fn queue(&self) -> Result<bool> {
        // SAFETY: The work is valid, since `scope()` waits for the run and a grace period. It is
        // not exclusive.
        unsafe { self.raw.queue() }
    }

    /// See [`Handle::queue_on`](super::Handle::queue_on).
    pub fn queue_on(&self, cpu: CpuId, _context: &impl MaySendIpi) -> Result<bool> {
        // SAFETY: The work is valid, since `scope()` waits for the run and a grace period. It is
        // not exclusive.
        unsafe { self.raw.queue_on(cpu) }
    }

    /// See [`Handle::sync`](super::Handle::sync).
    pub fn sync(&self, task: &TaskContext) {
        self.raw.sync(task);
    }

    /// See [`Handle::sync_timeout`](super::Handle::sync_timeout).
    pub fn sync_timeout(&self, task: &TaskContext, timeout: Jiffies) -> Result<(), Stall> {
        self.raw
            .sync_within(Limit::Timeout(timeout), task)
            .map_err(|GaveUp| self.raw.timed_out())
    }

    /// See [`Handle::sync_killable`](super::Handle::sync_killable).
    pub fn sync_killable(&self, task: &TaskContext) -> Result {
        self.raw
            .sync_within(Limit::Killed, task)
            .map_err(|GaveUp| EINTR)
    }

    /// See [`Handle::is_pending`](super::Handle::is_pending).
    pub fn is_pending(&self) -> bool {
        self.raw.is_pending()
    }
}

/// Runs `body` with a work on the stack, whose callback `f` may borrow from the caller, and returns
/// when no CPU uses the work any more.
///
/// `body` gets a reference that it can share, with NMI handlers too if those are gone when it
/// returns, but not keep: hence nothing can be leaked to escape the wait, which is in here and
/// takes a grace period.
///
/// # Context
///
/// Process context, may sleep.
///
/// # Examples
///
/// ```
/// use crosscall::{context::TaskContext, irq_work::{self, Hard}};
/// use kernel::{prelude::*, sync::atomic::{ordering, Atomic}};
///
/// let ran = Atomic::<u32>::new(0);
/// let count = |_cx: &irq_work::Context<Hard>| {
///     ran.fetch_add(1, ordering::Relaxed);
/// };
/// irq_work::scope(&TaskContext::new(), count, |work| work.queue())?;
/// assert_eq!(ran.load(ordering::Relaxed), 1);
/// # Ok::<(), Error>(())
/// ```
pub fn scope<M, F, R>(
    task: &TaskContext,
    f: F,
    body: impl for<'scope> FnOnce(&'scope Scoped<M, F>) -> R,
) -> R
where
    M: Mode,
    F: Fn(&Context<M>) + Sync,
{
    scope_with(GracePeriod::Normal, task, f, body)
}

/// [`scope`], with a grace period of the caller's choice.
///
/// # Context
///
/// Process context, may sleep.
///
/// # Examples
///
/// ```
/// use crosscall::{context::TaskContext, irq_work::{self, GracePeriod, Normal}};
/// use kernel::prelude::*;
///
/// let ping = |_cx: &irq_work::Context<Normal>| ();
/// let task = TaskContext::new();
/// irq_work::scope_with(GracePeriod::Expedited, &task, ping, |work| work.queue())?;
/// # Ok::<(), Error>(())
/// ```
pub fn scope_with<M, F, R>(
    how: GracePeriod,
    task: &TaskContext,
    f: F,
    body: impl for<'scope> FnOnce(&'scope Scoped<M, F>) -> R,
) -> R
where
    M: Mode,
    F: Fn(&Context<M>) + Sync,
{
    let work = pin!(Scoped {
        raw: RawIrqWork::new(Scoped::<M, F>::VTABLE),
        f,
        _mode: PhantomData,
        _callback: PhantomData,
    });
    // SAFETY: There is no handle yet, and the work is pinned here.
    unsafe { work.raw.open() };
    let result = body(&work);
    // Only now, for reports: after a panic in `body` the registry must not find the work. Its
    // module cannot go before the task has left the scope.
    //
    // SAFETY: The work is pinned here, and dropped before the stack frame goes.
    unsafe { work.raw.register() };
    // SAFETY: This function has the one handle, and does not drop it. All references to the work
    // have ended with `body`.
    unsafe { work.raw.quiesce(how, task) };
    result
}
