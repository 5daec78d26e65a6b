// SPDX-License-Identifier: GPL-2.0

//! Replacing handlers, and waiting until no CPU runs a callback any more.
//!
//! A [`Handler`] is a slot whose handler is called in interrupt context, on any number of CPUs, and
//! may be replaced meanwhile. Replacing it takes an RCU grace period, and does not stop the
//! machine. A token says how far the replacement is:
//!
//! ```text
//!               replace_async(new)               wait(), try_wait(): no CPU runs it
//!   current ------------------------> Quiescing ------------------------------------> Quiesced
//!    ^  |                                 |                                            |  |  ^
//!    |  '---- replace(new): waits --------|------------------------------------------->'  |  |
//!    |                                    |                                            |  |  |
//!    |                                    '- drop: freed when no CPU runs it   drop <--'  |  new()
//!    '---- Handler::new(), replace(), replace_async(): it is the new one -----------------'
//! ```
//!
//! Only [`Quiesced`] gives access to the state, `Pin<&mut T>` included, or can be installed. The
//! state of a handler is any `T`; a [`Callback`] is one that has a closure as its state, so that
//! functions of different types can replace each other.
//!
//! [`flush()`] is for callbacks that have no slot: it waits for all csd and irq_work of some CPUs.
//!
//! # Guarantees
//!
//! - Reading costs `rcu_read_lock()`, one load, `rcu_read_unlock()`; with interrupts off, one load.
//! - When there is a [`Quiesced`], each call of the handler has returned, and what it wrote is
//!   visible. New ones do not find it.
//! - What was written before [`Handler::replace`] or [`Handler::replace_async`] is visible to a
//!   reader that finds the new handler.
//! - Replacing never allocates; [`Handler::replace_async`] never sleeps either.
//! - What a token owns is dropped by a workqueue, whatever the context of the drop.
//! - Leaking a token leaks memory and nothing else.
//!
//! # Examples
//!
//! ```
//! use crosscall::{
//!     calls::quiesce::{Callback, GracePeriod, Handler},
//!     context::{IrqsOff, TaskContext},
//! };
//! use kernel::prelude::*;
//!
//! fn interrupt(submit: &Handler<Callback<u32>>, cx: &IrqsOff) {
//!     submit.call(cx, &42);
//! }
//!
//! let submit = Handler::new(Callback::new(|_cx, request| write_to_gpu(*request), GFP_KERNEL)?);
//!
//! // It hangs.
//! let task = TaskContext::new();
//! let nop = Callback::new(|_cx, _request| (), GFP_KERNEL)?;
//! let working = submit.replace(nop, GracePeriod::Expedited, &task);
//! reset_gpu(); // no handler writes to it
//! drop(submit.replace(working, GracePeriod::Normal, &task));
//! # fn write_to_gpu(_request: u32) {}
//! # fn reset_gpu() {}
//! # Ok::<(), Error>(())
//! ```
//!
//! C header: [`include/linux/rcupdate.h`](srctree/include/linux/rcupdate.h)

pub use crate::grace_period::GracePeriod;

use crate::grace_period;

mod callback;
mod flush;
mod handler;
mod token;

pub use callback::Callback;
pub use flush::{
    flush,
    flush_all,
    flush_cpu, //
};
pub use handler::Handler;
pub use token::{
    Quiesced,
    Quiescing, //
};
