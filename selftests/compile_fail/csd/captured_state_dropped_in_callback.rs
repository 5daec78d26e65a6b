// SPDX-License-Identifier: GPL-2.0
//! expect: E0507
//! expect-text: cannot move out of `data`, a captured variable in an `FnMut` closure
//! What a call owns is dropped by the waiter: a callback that drops what it has
//! captured would free with interrupts off.
//! pass: The callback returns what the waiter is to drop.

include!("common/names.rs");

pub fn hand_over(mut data: KVec<u8>) -> Result {
    let idle = csd::new(move |_| drop(data), GFP_KERNEL)?; //[fail]
    let idle = csd::new(move |_| core::mem::take(&mut data), GFP_KERNEL)?; //[pass]
    drop(idle);
    Ok(())
}
