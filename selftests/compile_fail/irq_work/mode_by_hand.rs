// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `crosscall::irq_work::mode::private::Sealed` is not implemented
//! A mode of a client could promise that interrupts are off where they are not:
//! the trait is sealed.
//! pass: A client's own trait does no harm.

include!("common/names.rs");

use kernel::ffi::c_uint;

pub trait Own {
    type Token: MaySendIpi;
    const FLAGS: c_uint;

    /// # Safety
    ///
    /// As for a mode.
    unsafe fn token() -> Self::Token;
}

pub struct Threaded;

impl Mode for Threaded { //[fail]
impl Own for Threaded { //[pass]
    type Token = IrqsOff;
    const FLAGS: c_uint = 0;

    unsafe fn token() -> IrqsOff {
        // SAFETY: Wrong.
        unsafe { IrqsOff::assume_off() }
    }
}
