// SPDX-License-Identifier: GPL-2.0
//! expect: unused_must_use
//! expect-text: dropping this gives up the work
//! Without the token the work can be neither waited for nor queued again.
//! pass: Dropping the token on purpose is fine.

include!("common/names.rs");

pub fn ignore() -> Result {
    exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?.queue()?; //[fail]
    drop(exclusive::new::<Hard, _>(|_| (), GFP_KERNEL)?.queue()?); //[pass]
    Ok(())
}
