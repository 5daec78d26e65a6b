// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! A context that another CPU had would queue a work that does not run, and may
//! be gone.
//! pass: A handle may be sent.

include!("common/names.rs");

fn send(_: impl Send) {}

pub fn share<T>(cx: &Context<Hard>, handle: &Handle<Arc<T>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    send(cx); //[fail]
    send(handle); //[pass]
}
