// SPDX-License-Identifier: GPL-2.0

//! Elsewhere they may be sent.

use crosscall::{
    context::{
        InNmi,
        NotInNmi, //
    },
    shared::{
        Call,
        Callback,
        Fired,
        Serial, //
    },
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn ring<F: Callback<Serial>>(call: &Call<Serial, F>, cx: &NotInNmi) -> Result<Fired> {
    call.fire(CpuId::current(), cx)
}
