// SPDX-License-Identifier: GPL-2.0
//! expect: E0133
//! Only the caller of the callback knows that the exclusive object may be used.
//! pass: The token of an idle work knows it too.

include!("common/names.rs");

pub fn object<T>(idle: &mut Idle<T>) -> Pin<&mut T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    <Exclusive<T> as IrqWorkPointer>::target((&raw const **idle).cast_mut()) //[fail]
    idle.as_mut() //[pass]
}
