// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! The object of an exclusive work does not come with the token.
//! pass: The token comes with both.

include!("common/names.rs");

pub fn ring<T>(mut idle: Idle<T>) -> Result<InFlight<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Ok(idle.as_mut().queue()?) //[fail]
    Ok(idle.queue()?) //[pass]
}
