// SPDX-License-Identifier: GPL-2.0

//! Unsafe code makes the promise, with the reason.

use crosscall::context::IrqsOff;
use kernel::cpu::CpuId;

/// # Safety
///
/// Interrupts are off.
pub unsafe fn cpu() -> CpuId {
    // SAFETY: By the safety requirements.
    let cx = unsafe { IrqsOff::assume_off() };
    cx.cpu()
}
