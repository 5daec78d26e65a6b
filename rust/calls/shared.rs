// SPDX-License-Identifier: GPL-2.0

//! Calls that any number of CPUs may fire, on any CPU, at any time.
//!
//! `smp_call_function_single_async()` returns `-EBUSY` for a csd that is in use. That looks as if
//! several CPUs might use one csd, and as if a caller that is refused might rely on the run that is
//! to come. Neither is true: the test is a plain load and the claim a plain store, and a run that
//! has begun need not see what was written before the refusal. Here both hold:
//!
//! - An attempt is one atomic operation, which gives one caller the right to queue the call; all
//!   others get [`Fired::Busy`].
//! - **When `Busy` is returned, the run still to come sees all that the caller wrote before.**
//!
//! | mode            | made by    | fired while it runs            | the callback is  |
//! |-----------------|------------|--------------------------------|------------------|
//! | [`Overlapping`] | [`new`]    | may run on another CPU at once | `Fn`, `Sync`     |
//! | [`Serial`]      | [`serial`] | runs once more after that      | `FnMut`          |
//!
//! This is a layer over a hard [irq_work](crate::irq_work): that one queues it, keeps it and reaps
//! it. A serial call has a word of its own, which counts the attempts that its runs have yet to
//! account for.
//!
//! # Guarantees
//!
//! - Each attempt that returns `Ok` is followed by the start of a run that sees what was written
//!   before it. If it returns [`Fired::Queued`] that run is its own, else that of another attempt.
//! - Runs of a serial call never overlap, and each sees what the last one did, on whatever CPU.
//!   Hence the callback has its captures to itself, without a lock. When all runs have ended, the
//!   numbers that they got, [`Context::attempts`], add up to the attempts that returned `Ok`.
//! - A run is on the CPU of the attempt that was `Queued`. If a serial call was fired while it
//!   ran, it runs again on the same CPU; if that is going offline, on another one. An attempt that
//!   is `Busy` does not choose the CPU: what must run on a particular CPU needs a call for each
//!   CPU.
//! - An attempt that is refused with an error has kept no other attempt from queueing.
//! - A serial call that is fired all the time takes an interrupt for each run: it does not loop.
//! - When [`Call::sync`] returns, the runs that were due have ended. It returns even if the call is
//!   fired all the time.
//! - Dropping the last handle in any context, leaking one, and unloading the module: as for an
//!   irq_work. In particular, what was `Busy` still has its run after the last handle is gone.
//!
//! # Examples
//!
//! ```
//! use crosscall::{context::TaskContext, calls::shared::{self, Fired}};
//! use kernel::{cpu::CpuId, prelude::*, sync::{atomic::{ordering, Atomic}, Arc}};
//!
//! let task = TaskContext::new();
//! let rung = Arc::new(Atomic::<u64>::new(0), GFP_KERNEL)?;
//! let total = rung.clone();
//! let mut runs = 0;
//! let bell = shared::serial(
//!     move |cx| {
//!         // Runs do not overlap.
//!         runs += 1;
//!         total.fetch_add(cx.attempts(), ordering::Relaxed);
//!     },
//!     GFP_KERNEL,
//! )?;
//! for _ in 0..3 {
//!     match bell.fire(CpuId::current(), &task)? {
//!         Fired::Queued => (), // it is on its way
//!         Fired::Busy => (),   // a run will follow, and sees what was written
//!     }
//! }
//! bell.sync(&task);
//! assert_eq!(rung.load(ordering::Relaxed), 3);
//! # Ok::<(), Error>(())
//! ```
//!
//! C header: [`include/linux/smp.h`](srctree/include/linux/smp.h)

mod call;
mod context;
mod mode;
mod state;

pub use crate::stall::Stall;

pub use call::{
    new,
    serial,
    Call, //
};
pub use context::Context;
pub use mode::{
    Callback,
    Mode,
    Overlapping,
    Serial, //
};

/// The outcome of an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fired {
    /// The attempt has queued the call.
    Queued,
    /// Another attempt had. The run still to come sees what the caller wrote before.
    Busy,
}

impl From<bool> for Fired {
    fn from(queued: bool) -> Self {
        if queued {
            Self::Queued
        } else {
            Self::Busy
        }
    }
}
