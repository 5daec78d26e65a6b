// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: has no `Handle`
//! expect-text: queued by its token, an `Idle<T>`
//! A handle queues without a token, which an exclusive work relies on.
//! pass: It has a token.

include!("common/names.rs");

pub fn make<T>(object: Pin<KBox<T>>) -> Handle<Exclusive<T>> //[fail]
pub fn make<T>(object: Pin<KBox<T>>) -> Idle<T> //[pass]
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    object.into()
}
