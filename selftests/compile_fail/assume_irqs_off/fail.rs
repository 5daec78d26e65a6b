// SPDX-License-Identifier: GPL-2.0

//! expect: E0133
//!
//! That interrupts are off is a promise which the compiler cannot check: making it is unsafe.

use crosscall::context::IrqsOff;
use kernel::cpu::CpuId;

/// # Safety
///
/// Interrupts are off.
pub unsafe fn cpu() -> CpuId {
    // SAFETY: By the safety requirements.
    let cx = IrqsOff::assume_off();
    cx.cpu()
}
