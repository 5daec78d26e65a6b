// SPDX-License-Identifier: GPL-2.0

//! Dropping it on purpose is fine: the call runs, and a workqueue frees it.

use crosscall::csd;
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn fire(cpu: CpuId) -> Result {
    drop(csd::new(|_| (), GFP_KERNEL)?.call_on(cpu)?);
    Ok(())
}
