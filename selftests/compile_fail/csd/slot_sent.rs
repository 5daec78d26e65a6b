// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A slot that went into a callback could be queued by two CPUs.
//! pass: It stays with the task that made it.

include!("common/names.rs");

pub fn send(task: &TaskContext, cpu: CpuId) -> Result {
    let mut slot = csd::Slot::new(|_| ());
    csd::call(task, cpu, |_| slot.take_output())?; //[fail]
    csd::call(task, cpu, |_| Some(()))?; //[pass]
    let _ = slot.take_output(); //[pass]
    Ok(())
}
