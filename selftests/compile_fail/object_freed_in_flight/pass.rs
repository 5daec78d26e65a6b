// SPDX-License-Identifier: GPL-2.0

//! Dropping the right to wait leaves that to who comes last: a workqueue, if the call has yet to
//! run.

use crosscall::csd;
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn free(cpu: CpuId) -> Result {
    let idle = csd::new(|_| (), GFP_KERNEL)?;
    let in_flight = idle.call_on(cpu)?;
    drop(in_flight);
    Ok(())
}
