// SPDX-License-Identifier: GPL-2.0
//! expect: E0133
//! That interrupts are off is a promise which the compiler cannot check: making
//! it is unsafe.
//! pass: Unsafe code makes the promise, with the reason.

include!("common/names.rs");

/// # Safety
///
/// Interrupts are off.
pub unsafe fn cpu() -> CpuId {
    // SAFETY: By the safety requirements.
    let cx = IrqsOff::assume_off(); //[fail]
    let cx = unsafe { IrqsOff::assume_off() }; //[pass]
    cx.cpu()
}
