// SPDX-License-Identifier: GPL-2.0

//! expect: unused_must_use
//! expect-text: dropping this gives up the result
//!
//! Dropping the right to wait gives up the result, which should not happen by accident.

use crosscall::csd;
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn fire(cpu: CpuId) -> Result {
    csd::new(|_| (), GFP_KERNEL)?.call_on(cpu)?;
    Ok(())
}
