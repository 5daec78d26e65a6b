// SPDX-License-Identifier: GPL-2.0

//! Works that one CPU at a time may queue: the exclusive form.
//!
//! [`Idle`] is the right to queue, [`InFlight`] the right to wait, as for a [csd call](crate::csd).
//! Then the callback gets `Pin<&mut T>`, and the work cannot be queued again before it has
//! returned. Since a token serialises the queueing, the claim needs no atomic operation. This form
//! follows a 2020 proposal, `irq_work_queue_remote_static()`, which skips the claim for callers
//! that serialise by other means, and "totally comes apart" if they do not.
//!
//! C offers no way to skip the claim in `irq_work_queue()` itself: on this CPU queueing takes one
//! atomic operation instead of two. On another CPU it takes none beside that of the list that
//! carries the work there.
//!
//! # Examples
//!
//! ```
//! use crosscall::{context::TaskContext, irq_work::{exclusive, Hard}};
//! use kernel::prelude::*;
//!
//! let mut runs = 0;
//! let idle = exclusive::new::<Hard, _>(move |_cx| runs += 1, GFP_KERNEL)?;
//! // The one token moves on: what is in flight cannot be queued.
//! let idle = idle.queue()?.wait(&TaskContext::new());
//! drop(idle.queue()?);
//! # Ok::<(), Error>(())
//! ```

use core::{
    pin::Pin,
    ptr::NonNull, //
};
use kernel::alloc::KBox;

use super::{
    pointer::IrqWorkPointer,
    HasIrqWork,
    IrqWork,
    IrqWorkCallback,
    Mode, //
};

mod closure;
mod erased;
mod token;

pub use crate::csd::{
    Killed,
    Refused,
    TimedOut, //
};
pub use closure::{
    new,
    Closure, //
};
pub use erased::{
    Callback,
    IdleCallback, //
};
pub use token::{
    Idle,
    InFlight, //
};

/// A box whose object is queued by a token; see [`Idle`].
pub struct Exclusive<T>(Pin<KBox<T>>);

// SAFETY: A box owns the pinned object, which stays in place until `from_raw()`. It is unique, so
// that it may give `Pin<&mut T>`. `T: Send` allows using that on another CPU.
unsafe impl<T> IrqWorkPointer for Exclusive<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Self> + Send + 'static,
{
    type Object = T;
    type Target<'a> = Pin<&'a mut T>;
    type Context = <T::Mode as Mode>::Token;
    const EXCLUSIVE: bool = true;

    fn into_raw(self) -> NonNull<T> {
        // SAFETY: What is behind a raw pointer is not moved; `from_raw()` pins it again.
        let ptr = KBox::into_raw(unsafe { Pin::into_inner_unchecked(self.0) });
        // SAFETY: A box is not null.
        unsafe { NonNull::new_unchecked(ptr) }
    }

    unsafe fn from_raw(object: *mut T) -> Self {
        // SAFETY: The caller promises that `object` came from `into_raw()`, hence from a pinned
        // box, and is taken back once.
        Self(unsafe { Pin::new_unchecked(KBox::from_raw(object)) })
    }

    unsafe fn target<'a>(object: *mut T) -> Pin<&'a mut T> {
        // SAFETY: The caller promises that `object` came from `into_raw()`, is not taken back
        // before `'a` ends, and that until then the caller alone has the rights of the pinned box.
        unsafe { Pin::new_unchecked(&mut *object) }
    }

    unsafe fn with_context(_work: *const IrqWork<T>, f: impl FnOnce(&Self::Context)) {
        // SAFETY: The caller promises to be the callback of a work of this type, whose mode is
        // `T::Mode`, until this returns.
        f(unsafe { T::Mode::token() });
    }
}
