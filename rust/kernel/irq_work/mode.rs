// SPDX-License-Identifier: GPL-2.0

//! How a work runs: hard, normal or lazy.

use kernel::{
    bindings,
    ffi::c_uint, //
};

use crate::context::{
    IrqsOff,
    MaySendIpi,
    ThreadedOnRt, //
};

/// How a work runs: [`Normal`], [`Lazy`] or [`Hard`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a mode of an irq_work",
    label = "expected `Normal`, `Lazy` or `Hard`"
)]
pub trait Mode: private::Sealed + 'static {
    /// Stands for the callback's context.
    #[cfg(not(crosscall_upstream))]
    type Token: MaySendIpi;

    /// Stands for the callback's context.
    #[cfg(crosscall_upstream)]
    type Token;

    #[doc(hidden)]
    const FLAGS: c_uint;

    /// # Safety
    ///
    /// The caller must be the callback of a work with [`Self::FLAGS`] until `'a` ends.
    #[doc(hidden)]
    unsafe fn token<'a>() -> &'a Self::Token;
}

mod private {
    pub trait Sealed {}
}

/// Runs in the interrupt that the queueing sends to its own CPU; on PREEMPT_RT in a thread of that
/// CPU (`irq_work/N`, `SCHED_FIFO` 1).
pub struct Normal;

/// Runs with the next tick of the CPU, or the next other work there, so that the queueing sends no
/// interrupt, unless the tick is stopped; on PREEMPT_RT, the tick wakes the thread.
///
/// A lazy work that queues itself does not always wait for a tick: on PREEMPT_RT the thread goes on
/// with it, and a CPU whose tick is stopped gets an interrupt each time. One that is sent to
/// another CPU runs in the IPI that carries it;
#[cfg_attr(not(crosscall_upstream), doc = "on PREEMPT_RT, it is lazy there.")]
#[cfg_attr(crosscall_upstream, doc = "on PREEMPT_RT, that wakes the thread.")]
pub struct Lazy;

/// Runs in the interrupt that the queueing sends to its own CPU, also on PREEMPT_RT.
pub struct Hard;

impl private::Sealed for Normal {}
impl private::Sealed for Lazy {}
impl private::Sealed for Hard {}

impl Mode for Normal {
    type Token = ThreadedOnRt;
    const FLAGS: c_uint = 0;

    unsafe fn token<'a>() -> &'a ThreadedOnRt {
        // SAFETY: The caller promises to be the callback of a work without flags. Interrupts are
        // off in `irq_work_run_list()` and where an IPI brings a work, except on PREEMPT_RT, where
        // the caller is a thread of one CPU, which does not migrate.
        unsafe { ThreadedOnRt::assume_here() }
    }
}

impl Mode for Lazy {
    type Token = ThreadedOnRt;
    const FLAGS: c_uint = bindings::IRQ_WORK_LAZY;

    unsafe fn token<'a>() -> &'a ThreadedOnRt {
        // SAFETY: The caller promises to be the callback of a lazy work. Interrupts are off in
        // `irq_work_run_list()` and where an IPI brings a work, except on PREEMPT_RT, where the
        // caller is a thread of one CPU, which does not migrate.
        unsafe { ThreadedOnRt::assume_here() }
    }
}

impl Mode for Hard {
    type Token = IrqsOff;
    const FLAGS: c_uint = bindings::IRQ_WORK_HARD_IRQ;

    unsafe fn token<'a>() -> &'a IrqsOff {
        // SAFETY: The caller promises to be the callback of a hard work. Interrupts are off in
        // `irq_work_run()`, and where an IPI brings a work.
        unsafe { IrqsOff::assume_disabled() }
    }
}
