// SPDX-License-Identifier: GPL-2.0
//! expect: E0423
//! An exclusive pointer without its token would be of no use to its owner, and
//! could only do harm.
//! pass: It is made with the token.

include!("common/names.rs");

pub fn make<T>(object: Pin<KBox<T>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    drop(Exclusive(object)); //[fail]
    drop(Idle::from(object)); //[pass]
}
