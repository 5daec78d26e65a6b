// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! Calling again before the call has ended would corrupt the lists of its CPUs.
//! pass: Waiting gives the right to call back.

include!("common/names.rs");

pub fn twice(task: &TaskContext) -> Result {
    let idle = many::new(|cx| cx.cpu(), GFP_KERNEL)?;
    let _in_flight = idle.call_all()?; //[fail]
    let idle = idle.call_all()?.wait(task).into_idle(); //[pass]
    drop(idle.call_all()?);
    Ok(())
}
