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
    type Token: MaySendIpi;

    #[doc(hidden)]
    const FLAGS: c_uint;

    /// # Safety
    ///
    /// The caller must be the callback of a work with [`Self::FLAGS`], until the token's last use.
    #[doc(hidden)]
    unsafe fn token() -> Self::Token;
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
/// A lazy work that is sent to another CPU runs in the IPI that carries it; on PREEMPT_RT, it is
/// lazy there. A lazy work that queues itself does not always wait for a tick: on PREEMPT_RT the
/// thread goes on with it, and a CPU whose tick is stopped gets an interrupt each time.
pub struct Lazy;

/// Runs in the interrupt that the queueing sends to its own CPU, also on PREEMPT_RT.
pub struct Hard;

impl private::Sealed for Normal {}
impl private::Sealed for Lazy {}
impl private::Sealed for Hard {}

impl Mode for Normal {
    type Token = ThreadedOnRt;
    const FLAGS: c_uint = 0;

    unsafe fn token() -> ThreadedOnRt {
        // SAFETY: The caller promises to be the callback of a work without flags. Interrupts are
        // off in `irq_work_run_list()` and in csd callbacks, except on PREEMPT_RT, where the caller
        // is a thread of one CPU, which does not migrate.
        unsafe { ThreadedOnRt::assume() }
    }
}

impl Mode for Lazy {
    type Token = ThreadedOnRt;
    const FLAGS: c_uint = bindings::IRQ_WORK_LAZY;

    unsafe fn token() -> ThreadedOnRt {
        // SAFETY: The caller promises to be the callback of a lazy work. Interrupts are off in
        // `irq_work_run_list()` and in csd callbacks, except on PREEMPT_RT, where the caller is a
        // thread of one CPU, which does not migrate.
        unsafe { ThreadedOnRt::assume() }
    }
}

impl Mode for Hard {
    type Token = IrqsOff;
    const FLAGS: c_uint = bindings::IRQ_WORK_HARD_IRQ;

    unsafe fn token() -> IrqsOff {
        // SAFETY: The caller promises to be the callback of a hard work. Interrupts are off in
        // `irq_work_run()`, and in csd callbacks.
        unsafe { IrqsOff::assume_off() }
    }
}
