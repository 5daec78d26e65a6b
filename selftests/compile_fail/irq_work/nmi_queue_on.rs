// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: the trait `MaySendIpi` is not implemented for `InNmi`
//! An NMI handler may have hit the code that sends IPIs.
//! pass: It may queue on its own CPU.

include!("common/names.rs");

pub fn ring<T>(handle: &Handle<Arc<T>>, cpu: CpuId, nmi: &InNmi) -> Result<bool>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Arc<T>> + Send + Sync + 'static,
{
    handle.queue_on(cpu, nmi) //[fail]
    handle.queue() //[pass]
}
