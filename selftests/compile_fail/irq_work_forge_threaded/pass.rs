// SPDX-License-Identifier: GPL-2.0

//! Who makes it says how it is known.

use crosscall::context::ThreadedOnRt;

pub fn forge() -> ThreadedOnRt {
    // SAFETY: Let us say that it is known, for this test.
    unsafe { ThreadedOnRt::assume() }
}
