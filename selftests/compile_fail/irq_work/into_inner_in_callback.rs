// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! Taking the object back waits for its callbacks, and for RCU: a callback
//! cannot.
//! pass: It may drop the handle. A workqueue drops the object.

include!("common/names.rs");

pub fn free<T>(handle: Handle<Pin<KBox<T>>>) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Pin<KBox<T>>> + Send + Sync + 'static,
{
    let mut handle = Some(handle);
    let free = move |cx: &IrqsOff| {
        drop(handle.take().map(|handle| handle.into_inner(cx))); //[fail]
        drop(handle.take()); //[pass]
    };
    let _work = exclusive::new::<Hard, _>(free, GFP_KERNEL)?;
    Ok(())
}
