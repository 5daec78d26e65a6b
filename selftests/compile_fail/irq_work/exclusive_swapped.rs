// SPDX-License-Identifier: GPL-2.0
//! expect: E0596
//! Two objects must not change places: each irq_work is where C has it.
//! pass: Two tokens may.

include!("common/names.rs");

use core::mem;

pub fn swap<T>(mut a: Idle<T>, mut b: Idle<T>) -> (Idle<T>, Idle<T>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    mem::swap(&mut *a.as_mut(), &mut *b.as_mut()); //[fail]
    mem::swap(&mut a, &mut b); //[pass]
    (a, b)
}
