// SPDX-License-Identifier: GPL-2.0

//! The right to sleep, as a value.
//!
//! What code may do depends on where it runs: a task may sleep, a callback in an IPI may not. A
//! function that needs the right to sleep takes a [`TaskContext`], which cannot leave the context
//! that it stands for: it is neither [`Send`] nor [`Sync`], so no callback can capture it.

use core::marker::PhantomData;
use kernel::task::might_sleep;

/// What keeps a token of type `T` in its context: neither [`Send`] nor [`Sync`]. It may hold a
/// value.
///
/// Like [`NotThreadSafe`](kernel::types::NotThreadSafe), with a compiler message that says why the
/// token cannot be sent and what to do instead.
pub(crate) struct Stays<T, V = ()>(PhantomData<T>, pub(crate) V);

impl<T> Stays<T> {
    #[inline]
    pub(crate) const fn here() -> Self {
        Self::with(())
    }
}

impl<T, V> Stays<T, V> {
    #[inline]
    pub(crate) const fn with(value: V) -> Self {
        Self(PhantomData, value)
    }
}

/// Implemented by nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` stands for the context that it was made in, and cannot leave it",
    label = "this would take the token to another context",
    note = "a callback gets the token of its own context as an argument, often called `cx`",
    note = "what takes a `&TaskContext` may sleep: do that in the task, not in the callback",
    note = "a scope and its tokens stay with the task that waits for the scope"
)]
#[allow(dead_code)]
pub(crate) trait LeavesItsContext {}

// SAFETY: No type implements `LeavesItsContext`, so that this impl applies to no type.
unsafe impl<T: LeavesItsContext, V> Send for Stays<T, V> {}
// SAFETY: No type implements `LeavesItsContext`, so that this impl applies to no type.
unsafe impl<T: LeavesItsContext, V> Sync for Stays<T, V> {}

/// The right to sleep.
///
/// Waiting takes a `&TaskContext`. A callback cannot capture one, which makes *waiting inside a
/// callback* a compile error (E0277) wherever the token was made outside.
///
/// The token is a claim that the compiler carries along, not a proof: code that makes a new one
/// in atomic context, or keeps one over `local_irq_disable()` or into an RCU read-side section,
/// compiles. `CONFIG_DEBUG_ATOMIC_SLEEP` reports it in [`TaskContext::new`] and in waits.
#[cfg_attr(
    not(crosscall_upstream),
    doc = "A wait there that has to sleep warns, as far as the kernel's configuration can tell, and
spins instead. (One with a timeout gives up at once.) That may be a deadlock, but
interrupts stay off, and no section ends."
)]
pub struct TaskContext(Stays<Self>);

impl TaskContext {
    /// States that the caller may sleep.
    ///
    /// # Context
    ///
    /// Process context, interrupts and preemption on. Calls [`might_sleep`].
    #[track_caller]
    #[inline]
    #[expect(clippy::new_without_default, reason = "a claim should be spelled out")]
    pub fn new() -> Self {
        might_sleep();
        Self(Stays::here())
    }
}
