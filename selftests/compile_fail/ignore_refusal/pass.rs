// SPDX-License-Identifier: GPL-2.0

//! The caller says what it does about a refusal.

use crosscall::csd;
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn fire(cpu: CpuId) -> Result {
    let idle = csd::new(|_| (), GFP_KERNEL)?;
    drop(idle.call_on(cpu)?);
    Ok(())
}
