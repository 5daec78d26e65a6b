// SPDX-License-Identifier: GPL-2.0
//! expect: E0599
//! An exclusive callback has the mutable reference: it must not queue itself to
//! run on another CPU meanwhile.
//! pass: Others it may queue.

include!("common/names.rs");

pub fn make<T>(other: Handle<Arc<T>>) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    let _work = exclusive::new::<Hard, _>(
        move |cx| {
            _ = cx.requeue(); //[fail]
            _ = other.queue(); //[pass]
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
