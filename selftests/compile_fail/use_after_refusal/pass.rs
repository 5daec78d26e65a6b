// SPDX-License-Identifier: GPL-2.0

//! A refusal gives the right to queue back.

use crosscall::csd::{
    CsdPointer,
    Idle,
    InFlight, //
};
use kernel::{
    cpu::CpuId,
    prelude::*, //
};

pub fn queue<P: CsdPointer>(idle: Idle<P>, one: CpuId, other: CpuId) -> Result<InFlight<P>> {
    match idle.call_on(one) {
        Ok(in_flight) => Ok(in_flight),
        Err(refused) => Ok(refused.token.call_on(other)?),
    }
}
