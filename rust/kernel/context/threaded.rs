// SPDX-License-Identifier: GPL-2.0

//! Where the callbacks of works run that are not hard.

use kernel::cpu::CpuId;

use crate::context::{
    IrqsOff,
    Stays, //
};

/// A context that may be that of a thread on PREEMPT_RT.
///
/// The callback of an irq_work that is not *hard* runs with interrupts off, but on PREEMPT_RT in a
/// thread of its CPU, preemptible and with interrupts on. In both cases it does not migrate, no
/// grace period ends while it runs, it must not sleep, and it may take a
/// [`SpinLock`](kernel::sync::SpinLock), which on PREEMPT_RT is one that sleeps: but none that
/// other code holds with interrupts on, since the callback may have interrupted that code.
pub struct ThreadedOnRt(Stays<Self>);

impl ThreadedOnRt {
    /// What a reference to the token points to, which has no size. Only for callers that may make a
    /// token, with a lifetime in which it holds.
    const TOKEN: &Self = &Self(Stays::here());

    /// Makes the token.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the calling task does not migrate until the token's last use
    /// and, unless the kernel has `CONFIG_PREEMPT_RT`, that interrupts are off and stay off until
    /// then.
    #[cfg(not(crosscall_upstream))]
    #[inline]
    pub unsafe fn assume() -> Self {
        Self(Stays::here())
    }

    /// Lends the token to a callback.
    ///
    /// # Safety
    ///
    /// The caller must ensure that the calling task does not migrate until `'a` ends and, unless
    /// the kernel has `CONFIG_PREEMPT_RT`, that interrupts are off and stay off until then.
    #[inline]
    pub(crate) unsafe fn assume_here<'a>() -> &'a Self {
        Self::TOKEN
    }

    /// The CPU that runs the callback. Unlike [`CpuId::current`] it cannot change meanwhile.
    #[inline]
    pub fn cpu(&self) -> CpuId {
        CpuId::current()
    }

    /// The proof that interrupts are off, where they are: not on PREEMPT_RT.
    #[inline]
    pub fn irqs_off(&self) -> Option<&IrqsOff> {
        // SAFETY: The maker of the token has promised that interrupts are off as long as it lives,
        // unless the kernel has `CONFIG_PREEMPT_RT`.
        (!cfg!(CONFIG_PREEMPT_RT)).then(|| unsafe { IrqsOff::assume_disabled() })
    }
}
