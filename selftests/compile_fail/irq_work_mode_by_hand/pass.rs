// SPDX-License-Identifier: GPL-2.0

//! A trait of its own harms nobody.

use crosscall::{
    context::{
        IrqsOff,
        MaySendIpi, //
    },
    irq_work::Mode, //
};
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

impl Own for Threaded {
    type Token = IrqsOff;
    const FLAGS: c_uint = 0;

    unsafe fn token() -> IrqsOff {
        // SAFETY: Wrong.
        unsafe { IrqsOff::assume_off() }
    }
}
