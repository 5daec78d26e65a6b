// SPDX-License-Identifier: GPL-2.0

//! Asynchronous calls to many CPUs at once.
//!
//! C has no such call: `smp_call_function_many()` either spins until all CPUs have run the
//! function, or does not report when they have; and before it queues, it spins until the CPUs are
//! done with the last call of this CPU. Here a call has csds of its own, one for each CPU, and ends
//! when the last callback has returned.
//!
//! ```text
//!            call(), call_all(), ..: Ok
//!   Idle ---------------------------------> InFlight    IPIs are on their way, or callbacks run
//!    ^  ^                                    |  |  | |
//!    |  '- call(): Err (the token comes back)|  |  | '-- drop: they still run, then all is freed
//!    |                                       |  |  |
//!    |                                       |  |  '---- wait_any(): the results as they come
//!    |                                       |  '------- wait_killable(): Err gives the token back
//!    |  into_idle()                          |
//!    '---------------- Done <----------------'
//!                        |        wait(), try_wait(): all callbacks have returned
//!                        '- iter(), drain(): the results, and which CPUs could not be called
//! ```
//!
#![cfg_attr(
    not(crosscall_upstream),
    doc = "
There is a scoped form, too: functions that wait, and whose callback may borrow from the caller's
stack, as with `on_each_cpu()`. They allocate each time."
)]
//!
//! # Guarantees
//!
//! - *Completion means that the callbacks have returned on all CPUs.*
#![cfg_attr(
    not(crosscall_upstream),
    doc = "- Queueing never allocates (but for the scoped form) and never spins (but by mask)."
)]
#![cfg_attr(
    crosscall_upstream,
    doc = "- Queueing never allocates and never spins."
)]
//! - A call always completes: on each CPU that it was queued on the callback runs exactly once,
//!   also if that goes offline afterwards. A CPU that is offline at queueing is not waited for; it
//!   is reported ([`ENXIO`]).
//! - No csd is queued again as long as any CPU may use one of the same call.
//! - Writes before the call are visible to the callbacks, those of a callback to the code that gets
//!   its result, those of all callbacks to the waiter.
//! - Results and the callback's captured state are dropped by the holder of the token or, if it was
//!   dropped, in a workqueue: never by the call in a callback's context.
//! - Leaking a token leaks memory. (What that means for a module: see [csd calls](crate::csd).)
//!
//! # Context
//!
//! As for [csd calls](crate::csd): callbacks run with interrupts off, calls may be made in any
//! context but NMI, where they are refused ([`EPERM`]), and waiting takes a
//! [`TaskContext`](crate::context::TaskContext). On the caller's own CPU, if it is one of those
//! called, the callback runs before the call returns, and after the others have been queued. (With
//! preemption on, that is the CPU which the call began on. If the task has left it, that CPU gets
//! an IPI.)
#![cfg_attr(
    not(crosscall_upstream),
    doc = "
Tokens may be dropped in any context. Each CPU gets an IPI of its own, unless the call is made
[by mask](Idle::call_by_mask), for which interrupts must be on. Scoped calls are made so."
)]
#![cfg_attr(
    crosscall_upstream,
    doc = "
Each CPU gets an IPI of its own, unless it polls in its idle loop. Module unload waits for no
call, as for [csd calls](crate::csd)."
)]
//!
//! # Examples
//!
//! ```
//! use crosscall::{context::TaskContext, calls::many};
//! use kernel::{cpu::CpuId, prelude::*};
//!
//! fn sum_of_cpu_numbers() -> Result<u32> {
//!     let task = TaskContext::new();
//!     let in_flight = many::new(|_cx| CpuId::current().as_u32(), GFP_KERNEL)?.call_all()?;
//!     // All CPUs work now.
//!     let mut done = in_flight.wait(&task);
//!     let sum = done.drain().filter_map(|(_cpu, number)| number.ok()).sum();
//!     // Once handed back, it can be queued again.
//!     let _done = done.into_idle().call_all_but_self()?.wait(&task);
//!     Ok(sum)
//! }
//! # sum_of_cpu_numbers()?;
//! # Ok::<(), Error>(())
//! ```
//!
//! C header: [`include/linux/smp.h`](srctree/include/linux/smp.h)

use kernel::{
    alloc::{
        AllocError,
        Flags, //
    },
    prelude::*, //
};

use crate::context::IrqsOff;

pub use crate::csd::{
    Killed,
    Refused, //
};

mod call;
mod call_module;
mod element;
mod object;
pub(crate) mod raw;
mod results;
mod scope;
#[cfg_attr(not(crosscall_upstream), path = "many/send_module.rs")]
mod send;
mod stall;
mod state;
mod targets;
#[cfg(all(crosscall_upstream, CONFIG_RUST_SMP_KUNIT_TEST))]
mod tests;
mod token;

pub use object::{
    Drain,
    Iter, //
};
pub use results::Done;
pub use scope::{
    call,
    call_all,
    call_all_but_self,
    call_if,
    Results, //
};
pub use stall::{
    Stall,
    TimedOut, //
};
pub use token::{
    Idle,
    InFlight, //
};

/// What a call runs on each CPU. Implemented for closures.
pub trait Callback: Send + Sync + 'static {
    /// What the callback returns, on each CPU, to the waiter. At most some 30 kB.
    type Output: Send + 'static;

    /// Called on a CPU with interrupts off, at the same time as on others.
    ///
    /// Results and `self` are dropped by the waiter; only what this function makes and does not
    /// return is dropped here.
    fn run(&self, cx: &IrqsOff) -> Self::Output;
}

impl<F, T> Callback for F
where
    F: Fn(&IrqsOff) -> T + Send + Sync + 'static,
    T: Send + 'static,
{
    type Output = T;

    fn run(&self, cx: &IrqsOff) -> T {
        self(cx)
    }
}

/// Makes a call of a closure; see [`Idle::new`].
///
/// # Errors
///
/// [`AllocError`] (`ENOMEM`); the closure is dropped.
///
/// # Context
///
/// As `flags` say; may sleep with `GFP_KERNEL`. In an NMI it fails.
pub fn new<F, T>(f: F, flags: Flags) -> Result<Idle<F>, AllocError>
where
    F: Fn(&IrqsOff) -> T + Send + Sync + 'static,
    T: Send + 'static,
{
    Idle::new(f, flags)
}
