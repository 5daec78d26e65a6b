// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: the trait `MaySendIpi` is not implemented for `InNmi`
//! A scoped work sends the same IPI.
//! pass: It too may be queued on its own CPU.

include!("common/names.rs");

pub fn ring(work: &Scoped<Hard, fn(&Context<Hard>)>, cpu: CpuId, nmi: &InNmi) -> Result<bool> {
    work.queue_on(cpu, nmi) //[fail]
    work.queue() //[pass]
}
