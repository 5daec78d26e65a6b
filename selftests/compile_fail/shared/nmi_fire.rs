// SPDX-License-Identifier: GPL-2.0
//! expect: E0277
//! expect-text: `InNmi` is not a context in which an IPI may be sent
//! expect-text: `NotInNmi::new()?`
//! expect-text: `fire_here()`
//! expect-text: the trait `MaySendIpi` is not implemented for `InNmi`
//! An NMI handler may have hit the code that sends IPIs.
//! pass: Elsewhere they may be sent.

include!("common/names.rs");

pub fn ring<F: Callback<Serial>>(call: &Call<Serial, F>, cx: &InNmi) -> Result<Fired> { //[fail]
pub fn ring<F: Callback<Serial>>(call: &Call<Serial, F>, cx: &NotInNmi) -> Result<Fired> { //[pass]
    call.fire(CpuId::current(), cx)
}
