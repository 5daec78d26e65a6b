// SPDX-License-Identifier: GPL-2.0

//! Execution contexts as values.
//!
//! What code may do depends on where it runs: a task may sleep, a callback in an IPI may not. A
//! function that needs such a right takes a token of this module, and a token cannot leave the
//! context that it stands for: it is neither [`Send`] nor [`Sync`], so no callback can capture it,
//! and a callback sees its own token only behind a reference that ends with the call.

use kernel::{
    cpu::CpuId,
    sync::atomic::{
        ordering,
        Atomic, //
    },
    task::might_sleep,
    types::NotThreadSafe,
    warn_on, //
};

use crate::helpers;

/// The right to sleep.
///
/// Waiting takes a `&TaskContext`. A callback cannot capture one, which makes *waiting inside a
/// callback* a compile error (E0277) wherever the token was made outside.
///
/// The token is a claim that the compiler carries along, not a proof: code that makes a new one
/// in atomic context, or keeps one over `local_irq_disable()`, compiles.
/// `CONFIG_DEBUG_ATOMIC_SLEEP` reports it in [`TaskContext::new`]; a wait with interrupts off
/// warns on any kernel and spins instead of sleeping, which may be a deadlock but leaves
/// interrupts off.
pub struct TaskContext(NotThreadSafe);

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
        Self(NotThreadSafe)
    }

    /// Whether the claim holds as far as interrupts go. If not, that is a bug, which is reported
    /// once.
    ///
    /// It must not become another one: waiting functions turn interrupts on, some of them even
    /// where there is nothing to wait for.
    pub(crate) fn may_sleep(&self) -> bool {
        static REPORTED: Atomic<bool> = Atomic::new(false);

        // SAFETY: Always safe to call.
        let irqs_off = unsafe { helpers::rust_helper_irqs_disabled() };
        if irqs_off && !REPORTED.xchg(true, ordering::Relaxed) {
            warn_on!(irqs_off);
        }
        !irqs_off
    }
}

/// Interrupts are off on this CPU, and stay off for as long as the reference lives.
///
/// A csd callback gets a `&IrqsOff`. It is *not* always hardirq context: the idle task, the
/// migration thread and the hotplug stopper run queued calls too
/// (`flush_smp_call_function_queue()`,
/// `smpcfd_dying_cpu()`), as does the caller itself for a call to its own CPU. All that holds
/// everywhere is that interrupts are off, hence that the task cannot migrate.
pub struct IrqsOff(NotThreadSafe);

impl IrqsOff {
    /// Makes the token.
    ///
    /// # Safety
    ///
    /// Interrupts are off on the calling CPU and stay off until the token's last use.
    #[inline]
    pub unsafe fn assume_off() -> Self {
        Self(NotThreadSafe)
    }

    /// The CPU that runs the callback. Unlike [`CpuId::current`] it cannot change meanwhile.
    #[inline]
    pub fn cpu(&self) -> CpuId {
        CpuId::current()
    }
}
