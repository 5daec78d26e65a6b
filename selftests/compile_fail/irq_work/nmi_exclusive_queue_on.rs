// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: the trait `MaySendIpi` is not implemented for `InNmi`
//! An exclusive work sends the same IPI.
//! pass: It too may be queued on its own CPU.

include!("common/names.rs");

pub fn ring<T>(idle: Idle<T>, cpu: CpuId, nmi: &InNmi) -> Result<InFlight<T>>
where
    T: HasIrqWork + IrqWorkCallback<Pointer = Exclusive<T>> + Send + 'static,
{
    Ok(idle.queue_on(cpu, nmi)?) //[fail]
    Ok(idle.queue()?) //[pass]
}
