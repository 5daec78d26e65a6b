// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! `?` turns a wait that has timed out into ETIMEDOUT. The token is gone with
//! it.
//! pass: The error is all that is wanted.

include!("common/names.rs");

pub fn patient<P: CsdPointer>(call: InFlight<P>, task: &TaskContext) -> Result<Output<P>> {
    let (_idle, output) = call.wait_timeout(task, 100)?;
    drop(call); //[fail]
    Ok(output)
}
