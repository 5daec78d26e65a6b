// SPDX-License-Identifier: GPL-2.0

//! expect: E0451
//! expect-text: field `object` of struct `Handle` is private
//!
//! A handle that is not counted outlives the object.

use core::{
    marker::PhantomData,
    ptr::NonNull, //
};
use crosscall::irq_work::{
    Handle,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::prelude::*;

pub fn forge<T>(object: Pin<KBox<T>>) -> Handle<Pin<KBox<T>>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    Handle {
        object: NonNull::from(&*object),
        _pointer: PhantomData,
    }
}
