// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! A refused token is in the error.
//! pass: From there it can be taken.

include!("common/names.rs");

pub fn ring<T>(idle: Idle<T>, cpu: CpuId, task: &TaskContext) -> Result<InFlight<T>, Idle<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    match idle.queue_on(cpu, task) {
        Ok(in_flight) => Ok(in_flight),
        Err(_) => Err(idle), //[fail]
        Err(refused) => Err(refused.token), //[pass]
    }
}
