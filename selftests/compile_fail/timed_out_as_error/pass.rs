// SPDX-License-Identifier: GPL-2.0

//! The error is all that is wanted.

use crosscall::{
    context::TaskContext,
    csd::{
        CsdPointer,
        InFlight,
        Output, //
    },
};
use kernel::prelude::*;

pub fn patient<P: CsdPointer>(call: InFlight<P>, task: &TaskContext) -> Result<Output<P>> {
    let (_idle, output) = call.wait_timeout(task, 100)?;
    Ok(output)
}
