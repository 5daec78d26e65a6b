// SPDX-License-Identifier: GPL-2.0

//! Execution contexts as values.
//!
//! What code may do depends on where it runs: a task may sleep, a callback in an IPI may not. A
//! function that needs such a right takes a token of this module, and a token cannot leave the
//! context that it stands for: it is neither [`Send`] nor [`Sync`], so no callback can capture it,
//! and a callback sees its own token only behind a reference that ends with the call.

use core::mem::MaybeUninit;
#[cfg(crosscall_has_interrupt)]
use core::ops::Deref;
#[cfg(crosscall_has_interrupt)]
use kernel::interrupt::LocalInterruptDisabled;
use kernel::{
    cpu::CpuId,
    ffi::c_void,
    prelude::*,
    sync::atomic::{
        ordering,
        Atomic, //
    },
    warn_on, //
};

use crate::{
    helpers::{
        self,
        CallbackCounts, //
    },
    nmi, //
};

mod task;
mod threaded;

pub(crate) use task::Stays;
pub use task::TaskContext;
pub use threaded::ThreadedOnRt;

impl TaskContext {
    /// Whether the claim holds, see [`may_sleep`].
    pub(crate) fn may_sleep(&self) -> bool {
        may_sleep()
    }

    /// Whether the claim holds as far as interrupts go.
    pub(crate) fn irqs_are_on(&self) -> bool {
        self.may_sleep() || !irqs_disabled()
    }

    /// Whether the task has got a fatal signal.
    #[inline]
    pub(crate) fn is_killed(&self) -> bool {
        // SAFETY: Always safe to call.
        unsafe { helpers::rust_helper_killed() }
    }
}

/// Whether the caller may sleep, as far as the kernel's configuration can tell. If not, although it
/// has a [`TaskContext`] or should have one, that is a bug, which is reported once.
///
/// It must not cause a second bug: waiting functions turn interrupts on, some of them even where
/// there is nothing to wait for, and sleeping in an RCU read-side section may end that section.
pub(crate) fn may_sleep() -> bool {
    static REPORTED: Atomic<bool> = Atomic::<bool>::new(false);

    let may_sleep = might_be_allowed_to_sleep();
    if !may_sleep && !REPORTED.xchg(true, ordering::Relaxed) {
        warn_on!(!may_sleep);
    }
    may_sleep
}

/// Like [`may_sleep`], for callers that may legally be in atomic context: nothing is reported.
#[inline]
pub(crate) fn might_be_allowed_to_sleep() -> bool {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_may_sleep() }
}

/// Whether interrupts are off on this CPU. Any context.
#[inline]
pub(crate) fn irqs_disabled() -> bool {
    // SAFETY: Always safe to call.
    unsafe { helpers::rust_helper_irqs_disabled() }
}

/// Interrupts are off on this CPU, and stay off for as long as the reference lives.
///
/// A csd callback gets a `&IrqsOff`. It is *not* always hardirq context: the idle task, the
/// migration thread and the hotplug stopper run queued calls too
/// (`flush_smp_call_function_queue()`,
/// `smpcfd_dying_cpu()`), as does the caller itself for a call to its own CPU. All that holds
/// everywhere is that interrupts are off, hence that the task cannot migrate.
///
/// Other code gets one by [`Self::with`], or by [`Self::try_with`] where interrupts are off
/// already.
///
/// On Linux 7.3 and later this derefs to `kernel::interrupt::LocalInterruptDisabled`, which
/// `SpinLockIrq::lock_with()` takes.
pub struct IrqsOff(Stays<Self>);

impl IrqsOff {
    /// What a reference to the token points to, which has no size: a constant takes no room on the
    /// stack. Only for callers that may make a token, with a lifetime in which it holds.
    const TOKEN: &Self = &Self(Stays::here());

    /// Makes the token.
    ///
    /// # Safety
    ///
    /// The caller must ensure that interrupts are off on the calling CPU and stay off until the
    /// token's last use.
    #[inline]
    pub unsafe fn assume_off() -> Self {
        Self(Stays::here())
    }

    /// Like [`Self::assume_off`], for callers that need no token of their own.
    ///
    /// # Safety
    ///
    /// The caller must ensure that interrupts are off on the calling CPU, and stay off until `'a`
    /// ends.
    #[inline]
    pub(crate) unsafe fn assume_disabled<'a>() -> &'a Self {
        Self::TOKEN
    }

    /// Runs a callback, which gets the token; see [`run_balanced`].
    ///
    /// # Safety
    ///
    /// The caller must ensure that interrupts are off, and that nothing `f` has written to relies
    /// on a guard that `f` leaked; see [`run_balanced`].
    #[inline]
    pub(crate) unsafe fn lend(whose: impl FnOnce() -> Callee, f: impl FnOnce(&Self)) {
        // SAFETY: The caller promises that interrupts are off and that nothing `f` has written to
        // relies on a leaked guard. `f` returns nothing.
        unsafe { run_balanced(true, whose, || f(Self::TOKEN)) };
    }

    /// Turns interrupts off, runs `f`, and leaves them as they were.
    ///
    /// For code that has no token: tasks, interrupt and timer handlers, sections of
    /// `spin_lock_irq()`. May be nested. Interrupts stay off in `f` even if it drops the guard of
    /// an outer section. C function: `local_interrupt_disable()`; before Linux 7.3
    /// `local_irq_save()`.
    ///
    /// # Context
    ///
    /// Any but NMI.
    ///
    /// # Examples
    ///
    /// ```
    /// use crosscall::{context::IrqsOff, calls::quiesce::{Callback, Handler}};
    ///
    /// fn interrupt(submit: &Handler<Callback<u32>>) {
    ///     IrqsOff::with(|cx| submit.call(cx, &42));
    /// }
    /// # use kernel::prelude::*;
    /// # interrupt(&Handler::new(Callback::new(|_cx, _request| (), GFP_KERNEL)?));
    /// # Ok::<(), Error>(())
    /// ```
    #[inline]
    pub fn with<R>(f: impl FnOnce(&Self) -> R) -> R {
        // SAFETY: Always safe to call. The exit below is the other half of the pair, on the same
        // CPU: interrupts are off in between.
        let flags = unsafe { helpers::rust_helper_irqs_off_enter() };
        // The reference does not outlive the call of `f`: `R` cannot name its lifetime.
        let result = f(Self::TOKEN);
        // SAFETY: `flags` are from the enter above, which this call balances.
        unsafe { helpers::rust_helper_irqs_off_exit(flags) };
        result
    }

    /// Runs `f` if interrupts are off already.
    ///
    /// For handlers and sections that rely on interrupts being off, where [`Self::with`] would hide
    /// that a caller has left them on. (On PREEMPT_RT most of them are: `spin_lock_irq()`, threaded
    /// interrupt handlers and soft hrtimers leave interrupts on.) If `f` turns interrupts on, that
    /// is a bug which is reported.
    ///
    /// # Errors
    ///
    /// [`EPERM`]: interrupts are on, or this is an NMI; `f` was not called.
    ///
    /// # Context
    ///
    /// Any.
    #[inline]
    pub fn try_with<R>(f: impl FnOnce(&Self) -> R) -> Result<R> {
        if !irqs_disabled() || nmi::is_here() {
            return Err(EPERM);
        }
        // Testing alone is not enough: `f` may own the guard that keeps interrupts off, and drop
        // it.
        Ok(Self::with(f))
    }

    /// The token that `disabled` stands for, while that is borrowed.
    ///
    /// Where `CONFIG_PREEMPTION` is not set this does not exist, because `disabled` promises
    /// nothing there.
    #[cfg(all(crosscall_has_interrupt, CONFIG_PREEMPTION))]
    #[inline]
    pub fn from_disabled(_disabled: &LocalInterruptDisabled) -> &Self {
        // Interrupts are off as long as the object exists, by its invariant on preemptible kernels,
        // and it exists as long as it is borrowed.
        Self::TOKEN
    }

    /// The CPU that runs the callback. Unlike [`CpuId::current`] it cannot change meanwhile.
    #[inline]
    pub fn cpu(&self) -> CpuId {
        CpuId::current()
    }
}

#[cfg(crosscall_has_interrupt)]
impl Deref for IrqsOff {
    type Target = LocalInterruptDisabled;

    #[inline]
    fn deref(&self) -> &LocalInterruptDisabled {
        // SAFETY: Interrupts are off on this CPU as long as `self` is borrowed, which is what
        // `IrqsOff` stands for. (Not by the count of `local_interrupt_disable()`; but what counts
        // up in that time finds them off, and leaves them off when it counts down to 0.)
        unsafe { LocalInterruptDisabled::assume_disabled() }
    }
}

/// Names a callback in reports.
pub(crate) struct Callee {
    /// Its Rust type.
    pub(crate) name: &'static str,
    /// Its code.
    pub(crate) callback: *const c_void,
}

/// Runs client code on a CPU or in a task which is not the client's, and afterwards restores what
/// is counted there: the disabling of interrupts (on Linux 7.3 also `local_interrupt_disable()`'s
/// count) and of preemption; RCU read-side sections that `f` has ended; on PREEMPT_RT migration.
/// Client code that leaks a guard or sleeps has a bug. The report names that code, and the bug does
/// not outlast it; except that an RCU read-side section which `f` has left open is a panic.
///
/// `irqs_off` says whether interrupts are off. `whose` is called after `f`, and only for a report.
///
/// # Safety
///
/// The caller must ensure that nothing `f` returns or has written to relies on a guard that `f`
/// leaked, other than RCU's. (It suffices that all of it is `Send`: guards are not. References are
/// that were borrowed from a leaked one: from that of a lock, which stays locked, or from RCU's,
/// behind which this does not return.)
#[inline]
pub(crate) unsafe fn run_balanced<R>(
    irqs_off: bool,
    whose: impl FnOnce() -> Callee,
    f: impl FnOnce() -> R,
) -> R {
    let mut before = MaybeUninit::uninit();
    // SAFETY: The pointer is to a local variable of the type that C fills.
    unsafe { helpers::rust_helper_callback_counts(before.as_mut_ptr()) };
    // By value, so that it can be in registers.
    //
    // SAFETY: C has filled all of it.
    let before = unsafe { before.assume_init() };
    let result = f();
    // SAFETY: The pointer is to a local variable, with what the first helper has counted.
    if !unsafe { helpers::rust_helper_callback_balanced(&raw const before, irqs_off) } {
        // SAFETY: The caller promises that nothing relies on a guard that `f` leaked. `before` is
        // from the start of this function, on the same CPU or in the same task.
        unsafe { rebalance(before, irqs_off, whose) };
    }
    result
}

/// # Safety
///
/// The caller must ensure that nothing relies on a guard that the callback leaked, as for
/// [`run_balanced`], and that `before` is what C has filled at the start of that function.
#[cold]
#[inline(never)]
unsafe fn rebalance(before: CallbackCounts, irqs_off: bool, whose: impl FnOnce() -> Callee) {
    let callee = whose();
    // SAFETY: The caller promises that `before` is what this context counted before the callback,
    // and that no leaked guard is relied on. The name is valid for its length.
    unsafe {
        helpers::rust_helper_callback_rebalance(
            &raw const before,
            irqs_off,
            callee.callback,
            callee.name.as_ptr(),
            callee.name.len(),
        )
    };
}

/// This is an NMI.
///
/// An abstraction of `register_nmi_handler()` would give it to its handlers. Nothing is allowed
/// only in an NMI: the token serves functions that refuse it at compile time.
pub struct InNmi(Stays<Self>);

impl InNmi {
    /// Makes the token.
    ///
    /// # Safety
    ///
    /// The caller must ensure that this is an NMI, and that the token is not used after it.
    #[inline]
    pub unsafe fn assume() -> Self {
        Self(Stays::here())
    }

    /// The CPU that takes the NMI.
    #[inline]
    pub fn cpu(&self) -> CpuId {
        CpuId::current()
    }
}

/// This is no NMI: any other context.
pub struct NotInNmi(Stays<Self>);

impl NotInNmi {
    /// Makes the token, for code that has none of the others.
    ///
    /// # Errors
    ///
    /// [`EPERM`]: this is an NMI.
    ///
    /// # Context
    ///
    /// Any.
    #[inline]
    pub fn new() -> Result<Self> {
        if nmi::is_here() {
            return Err(EPERM);
        }
        Ok(Self(Stays::here()))
    }
}

/// A context in which an IPI may be sent: all but NMI, where the interrupt controller may be in
/// use by the code that the NMI hit.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a context in which an IPI may be sent",
    label = "expected a `TaskContext`, a callback's context, or a `NotInNmi`",
    note = "code that has no token of its context can ask for one: `NotInNmi::new()?`",
    note = "in NMI, queue on this CPU instead, without a context: `queue()`, `fire_here()`"
)]
pub trait MaySendIpi: private::Sealed {}

pub(crate) mod private {
    pub trait Sealed {}
}

impl private::Sealed for TaskContext {}
impl private::Sealed for IrqsOff {}
impl private::Sealed for ThreadedOnRt {}
impl private::Sealed for NotInNmi {}
impl MaySendIpi for TaskContext {}
impl MaySendIpi for IrqsOff {}
impl MaySendIpi for ThreadedOnRt {}
impl MaySendIpi for NotInNmi {}
