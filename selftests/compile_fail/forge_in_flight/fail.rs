// SPDX-License-Identifier: GPL-2.0

//! expect: E0451
//! expect-text: of struct `crosscall::csd::InFlight` is private
//!
//! A right to wait for a call that is not in flight would read a result that was never written: no
//! client can make one.

use core::marker::PhantomData;
use crosscall::csd::{
    CsdPointer,
    Idle,
    InFlight, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn forge<P: CsdPointer>(idle: Idle<P>, cpu: CpuId) -> Result<InFlight<P>> {
    Ok(InFlight {
        object: idle.into_inner().into_raw(),
        _pointer: PhantomData,
    })
}
