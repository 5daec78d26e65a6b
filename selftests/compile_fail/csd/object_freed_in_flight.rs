// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! Freeing a call in flight would free the node that is in the list of the
//! target CPU.
//! pass: Dropping the right to wait leaves the freeing to a workqueue, if the
//! call has yet to run.

include!("common/names.rs");

pub fn free(cpu: CpuId) -> Result {
    let idle = csd::new(|_| (), GFP_KERNEL)?;
    let in_flight = idle.call_on(cpu)?;
    drop(idle); //[fail]
    drop(in_flight); //[pass]
    Ok(())
}
