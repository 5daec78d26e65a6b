// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! The right to queue an exclusive work cannot be shared.
//! pass: The owner of the right uses it.

include!("common/names.rs");

pub fn ring<T>(idle: &Idle<T>) -> Result<InFlight<T>> //[fail]
pub fn ring<T>(idle: Idle<T>) -> Result<InFlight<T>> //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Ok(idle.queue()?)
}
