// SPDX-License-Identifier: GPL-2.0
//! expect: E0308
//! What a callback may do does not include sleeping.
//! pass: It includes sending an IPI.

include!("common/names.rs");

pub fn nest<T>(other: Handle<Arc<T>>, cpu: CpuId) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    let _work = irq_work::new::<Hard, _>(
        move |cx| {
            other.sync(cx); //[fail]
            _ = other.queue_on(cpu, &**cx); //[pass]
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
