// SPDX-License-Identifier: GPL-2.0
//! expect: E0382
//! A wait that times out consumes the token, which comes back in the error.
//! pass: There it is.

include!("common/names.rs");

use kernel::time::Jiffies;

pub fn wait(task: &TaskContext, idle: exclusive::IdleCallback<Hard>, limit: Jiffies) -> Result {
    let token = idle.queue()?;
    let timed_out = token.wait_timeout(task, limit).err().ok_or(EIO)?;
    drop(token.wait(task)); //[fail]
    drop(timed_out.in_flight.wait(task)); //[pass]
    Ok(())
}
