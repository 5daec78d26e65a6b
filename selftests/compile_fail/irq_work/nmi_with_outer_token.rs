// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: appears within the type `NotInNmi`
//! The token of the code that an NMI hits says nothing about the NMI: no
//! callback of any kind can capture it.
//! pass: One that is asked for where it is needed does.

include!("common/names.rs");

pub fn ring<T>(other: Handle<Arc<T>>, cpu: CpuId, outside: NotInNmi) -> Result
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    let _work = irq_work::new::<Hard, _>(
        move |_| {
            let Ok(outside) = NotInNmi::new() else { return }; //[pass]
            _ = other.queue_on(cpu, &outside);
        },
        GFP_KERNEL,
    )?;
    Ok(())
}
