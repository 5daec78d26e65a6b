// SPDX-License-Identifier: GPL-2.0

//! Work for a CPU that should not be interrupted for it.
//!
//! A CPU that is `nohz_full` and runs user code need not run kernel work before it enters the
//! kernel again. A [`Work`] that is queued on such a CPU waits until then, and runs before ordinary
//! kernel code does; on any other CPU it runs at once, by an IPI.
//!
//! ```text
//!                    queue_on(cpu)
//!                          |
//!      bit set already ----+---- bit was clear, and is set now
//!             |                            |
//!      AlreadyPending        in user mode? +----------------.
//!                                          | yes            | no: IPI
//!                                          v                v
//!                                       Deferred           Sent
//!                                          |                |
//!                 the CPU leaves user mode |                | the IPI arrives
//!                                          v                v
//!                                  the bit is cleared; the callback runs
//! ```
//!
//! # Guarantees
//!
//! - *Exactly once*: for each [`Outcome::Deferred`] or [`Outcome::Sent`] the callback runs once on
//!   that CPU, or one cancellation reports that it will not. [`Outcome::AlreadyPending`] means that
//!   such a run is yet to come, and sees what its caller wrote before.
//! - A deferred callback runs before the system call, interrupt or exception that brings the CPU
//!   into the kernel is handled. NMIs and what comes before the tracepoint
//!   `context_tracking:user_exit` are excepted.
//! - Queueing never allocates, sleeps or waits for another CPU; with [`Policy::Within`], what is
//!   deferred takes raw spinlocks, to arm the CPU's timer.
//! - Storage is bounded: a bit and a time stamp for each work and CPU. Only memory limits the
//!   number of works.
//! - While no work is queued for a CPU, no CPU writes to the cache line that its kernel entry
//!   reads. A request that finds its work pending, or is refused, writes to no line of that CPU
//!   (but for [`Policy::Only`]).
//! - Dropping a work never waits for a CPU to leave user mode. Where the drop may sleep it waits
//!   for callbacks that run; elsewhere it does not, and a workqueue drops what the work owns.
//! - Leaking a work ([`core::mem::forget`]) leaks memory and nothing else: unloading the module
//!   revokes what is pending.
//!
//! # Context
//!
//! Callbacks run with interrupts off, with the rights and duties of a csd callback; see
//! [`IrqsOff`]. Works may be queued from any context but NMI, and those of [`Policy::Only`] from
//! NMI too. Works can be made where memory can be allocated, and dropped in any context.
//!
//! # Examples
//!
//! ```
//! use crosscall::calls::deferred::{Outcome, Policy, Work};
//! use kernel::{cpu::CpuId, prelude::*, sync::{atomic::{ordering, Atomic}, Arc}};
//!
//! let flushed = Arc::new(Atomic::<u64>::new(0), GFP_KERNEL)?;
//! let counter = flushed.clone();
//! let work = Work::new(
//!     move |_cx: &_| _ = counter.fetch_add(1, ordering::Relaxed),
//!     Policy::Defer,
//!     GFP_KERNEL,
//! )?;
//! match work.queue_on(CpuId::current()) {
//!     Outcome::Deferred => pr_info!("it runs when that CPU leaves user mode\n"),
//!     outcome => pr_info!("{outcome:?}\n"),
//! }
//! # Ok::<(), Error>(())
//! ```
//!
//! C header: [`context_tracking_state.h`](srctree/include/linux/context_tracking_state.h)

use kernel::{
    ffi::c_void,
    time::Jiffies, //
};

use crate::{
    calls::helpers,
    context::IrqsOff,
    poll::nap, //
};

mod group;
mod percpu;
mod queue;
mod report;
mod slots;
mod state;
mod user_exit;
mod work;

pub use work::Work;

/// The callback of a work.
///
/// Implemented for closures that take the context, `Fn(&IrqsOff)`.
pub trait Deferred: Send + Sync + 'static {
    /// Called on a CPU that the work was queued on, with interrupts off. At the same time it may
    /// run on other CPUs.
    fn run(&self, cx: &IrqsOff);
}

impl<F> Deferred for F
where
    F: Fn(&IrqsOff) + Send + Sync + 'static,
{
    fn run(&self, cx: &IrqsOff) {
        self(cx);
    }
}

/// Whether, and how long, a work may wait.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// As long as the CPU is in user mode.
    Defer,
    /// For as many jiffies as this; if the CPU is still in user mode then, it is interrupted. With
    /// 0 that is at the next tick. The timer wheel may be late by an eighth of the time.
    Within(Jiffies),
    /// Never: every CPU is interrupted.
    Never,
    /// As [`Self::Defer`], but a CPU that is not in user mode is left alone: the request is
    /// refused. It is also refused while another request for the same work and CPU is being
    /// decided.
    Only,
}

/// The outcome of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use = "the request may have been refused"]
pub enum Outcome {
    /// The CPU is in user mode, and will run the work when it leaves that. (Or it has just done
    /// so.)
    Deferred,
    /// The CPU is being interrupted.
    Sent,
    /// The work was pending on that CPU, and the run to come sees what the caller wrote before.
    AlreadyPending,
    /// The CPU is offline, or not possible.
    Offline,
    /// By [`Policy::Only`]: the CPU is not in user mode. With other policies: this is an NMI.
    Refused,
    /// The module of the callback is being unloaded, and its exit function is over.
    ShutDown,
}

impl Outcome {
    /// Whether a run will follow that sees what the caller wrote before.
    pub fn is_accepted(self) -> bool {
        matches!(self, Self::Deferred | Self::Sent | Self::AlreadyPending)
    }
}

/// The outcomes of requests to several CPUs: how many of each.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[must_use = "requests may have been refused"]
pub struct Outcomes {
    /// See [`Outcome::Deferred`].
    pub deferred: usize,
    /// See [`Outcome::Sent`].
    pub sent: usize,
    /// See [`Outcome::AlreadyPending`].
    pub already_pending: usize,
    /// See [`Outcome::Offline`].
    pub offline: usize,
    /// See [`Outcome::Refused`] and [`Outcome::ShutDown`].
    pub refused: usize,
}

impl Outcomes {
    fn add(&mut self, outcome: Outcome) {
        *match outcome {
            Outcome::Deferred => &mut self.deferred,
            Outcome::Sent => &mut self.sent,
            Outcome::AlreadyPending => &mut self.already_pending,
            Outcome::Offline => &mut self.offline,
            Outcome::Refused | Outcome::ShutDown => &mut self.refused,
        } += 1;
    }
}

/// Exists while works can be registered.
pub(crate) struct Hook(());

impl Hook {
    /// # Safety
    ///
    /// The caller must call this once, before anything else of this module.
    pub(crate) unsafe fn new() -> Self {
        // SAFETY: The caller promises that this is called once, before anything else of this
        // module.
        unsafe {
            slots::REGISTER.init();
            helpers::rust_helper_deferred_start();
        }
        Self(())
    }
}

impl Drop for Hook {
    fn drop(&mut self) {
        // No work is registered any more: their modules are gone. IPIs may be on their way
        // nevertheless.
        for (_, per_cpu) in percpu::PerCpu::all() {
            while per_cpu.cpu.is_kicked() {
                // SAFETY: Process context.
                unsafe { nap(1_000) };
            }
        }
        // SAFETY: Process context; no work is registered, and no IPI is on its way. After the first
        // call no CPU uses a group.
        unsafe {
            helpers::rust_helper_deferred_stop();
            group::free_all();
        }
    }
}

/// Unregisters the works that a module has left behind: `is_its` returns whether a callback is in
/// that module. When this returns, none of its callbacks runs or ever will. Its gate is closed.
/// Process context.
pub(crate) fn release_all_of(is_its: &dyn Fn(*const c_void) -> bool) {
    slots::release_all_of(is_its);
}
