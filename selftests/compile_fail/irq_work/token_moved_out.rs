// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! A token that was moved out of the context would outlive the callback.
//! pass: It may be borrowed.

include!("common/names.rs");

pub fn take(cx: &Context<Hard>) -> CpuId {
    let token: IrqsOff = **cx; //[fail]
    let token: &IrqsOff = &**cx; //[pass]
    token.cpu()
}
