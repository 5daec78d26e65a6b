// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! The token owns an object that must not move.
//! pass: It may be borrowed.

include!("common/names.rs");

pub fn take<T>(idle: &mut Idle<T>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    let _object: T = **idle; //[fail]
    let _object: &T = &**idle; //[pass]
}
