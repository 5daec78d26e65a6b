// SPDX-License-Identifier: GPL-2.0

//! expect: E0521
//!
//! A borrow that ends gives no handle, which need not.

use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};

pub fn make<T>(object: &T) -> Handle<&'static T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = &'static T> + Send + Sync + 'static,
{
    Handle::from(object)
}
