// SPDX-License-Identifier: GPL-2.0
//! expect: uncoded
//! expect-text: lifetime may not live long enough
//! What the token gives access to is there as long as the token.
//! pass: The reference lives as long as the borrow of the token.

include!("common/names.rs");

pub fn keep<T>(idle: &mut Idle<T>) -> Pin<&'static mut T> //[fail]
pub fn keep<T>(idle: &mut Idle<T>) -> Pin<&mut T> //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    idle.as_mut()
}
