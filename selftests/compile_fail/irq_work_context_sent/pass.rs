// SPDX-License-Identifier: GPL-2.0

//! A handle may be sent.

use crosscall::irq_work::{
    Context,
    Handle,
    Hard,
    HasIrqWork,
    IrqWorkCallback, //
};
use kernel::sync::Arc;

fn send(_: impl Send) {}

pub fn share<T>(cx: &Context<Hard>, handle: &Handle<Arc<T>>)
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    send(handle);
}
