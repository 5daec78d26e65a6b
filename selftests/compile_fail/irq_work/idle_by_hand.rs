// SPDX-License-Identifier: GPL-2.0
//! expect: E0451
//! expect-text: field `token` is private
//! A right to queue that did not come from the work itself could be a second
//! one.
//! pass: It is handed on.

include!("common/names.rs");

pub fn forge<T>(idle: Idle<T>) -> Idle<T>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Idle { ..idle } //[fail]
    idle //[pass]
}
